/** The way to a VNC server on a node: how long it may take, what is left behind, and whose program answers there. */
import { expect, test } from 'vitest'
import type { LinkRequestName, LinkRequests } from '../../../../src-main/link-process/messages.ts'
import { NodePort, type NodePortOptions } from '../../../../src-main/services/desktop/node-port.ts'
import { checkPortOwner } from '../../../../src-main/services/cluster/port-owner.ts'
import { VncServer } from '../../../../src-main/services/desktop/vnc-server.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { someFailure } from '../../../support/some-failure.ts'
import { asText } from '../../../../src-main/shared/texts/index.ts'

type Answers = Record<string, (input: unknown) => unknown>

/** A link that answers by a table; what was asked. */
function fakeLink(answers: Answers) {
  const asked: { name: string; input: unknown }[] = []
  const ask = async (name: string, input: unknown): Promise<unknown> => {
    asked.push({ name, input })
    return answers[name]?.(input) ?? null
  }
  const link: NodePortOptions['link'] = {
    request: async <N extends LinkRequestName>(name: N, input: LinkRequests[N]['input']) =>
      (await ask(name, input)) as LinkRequests[N]['output'],
    openChannel: async (input) => (await ask('open-channel', input)) as string,
  }
  return { link, asked }
}

const hop = { label: 'n1', address: 'n1', port: 22, user: 'ada', hostKeys: [] }
const hopIs = { 'open-hop': () => ({ hopId: 'hop-1' }) }

test('login to the node and channel to its server have 15 seconds each; the login is given back', async () => {
  const { link, asked } = fakeLink({ ...hopIs, 'open-channel': () => 'channel-1' })
  const port = new NodePort({ link, node: 'n1', hop, port: 5901, allowed: ['node-ssh'] })
  expect(await port.open(() => undefined)).toBe('channel-1')
  await port.close()
  expect(asked).toMatchObject([
    { name: 'open-hop', input: { deadlineMs: 15_000 } },
    { name: 'open-channel', input: { deadlineMs: 15_000, hopId: 'hop-1', port: 5901 } },
    { name: 'close-hop', input: { hopId: 'hop-1' } },
  ])
})

test('a node that forwards nothing is left before the next way is tried', async () => {
  const refused = someFailure('forward-refused')
  let tries = 0
  const { link, asked } = fakeLink({
    ...hopIs,
    'open-channel': () => {
      if (++tries === 1) throw refused
      return 'channel-2'
    },
    exec: () => ({ stdout: '10.0.0.7 STREAM n1\n' }),
  })
  const port = new NodePort({
    link,
    node: 'n1',
    hop,
    port: 5901,
    allowed: ['node-ssh', 'srun', 'login-host'],
  })
  expect(await port.open(() => undefined)).toBe('channel-2')
  expect(asked.map(({ name }) => name)).toEqual([
    'open-hop',
    'open-channel',
    'close-hop',
    'exec',
    'open-channel',
  ])
})

const listening = (port: number, uid: number): string =>
  `1000\n   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 0:0 00:0 0   ${uid}  0 1\n`
const owner = { name: 'ada', uid: 1000 }

test('a server of the job’s user is his; the look has 15 seconds', async () => {
  const { link, asked } = fakeLink({ exec: () => ({ stdout: listening(5901, 1000) }) })
  expect(await checkPortOwner(link, 'hop-1', 5901, owner)).toBe(null)
  expect(asked[0]?.input).toMatchObject({ deadlineMs: 15_000, hopId: 'hop-1' })
})

test('a server of anybody else is refused, and gets no password', async () => {
  const { link } = fakeLink({ exec: () => ({ stdout: listening(5901, 1234) }) })
  expect((await failureOf(checkPortOwner(link, 'hop-1', 5901, owner))).kind).toBe('certificate-mismatch')
})

test.each([
  ['no login on the node', null, owner, listening(5901, 1000)],
  ['an unknown owner', 'hop-1', null, listening(5901, 1000)],
  ['another port only', 'hop-1', owner, listening(5902, 1234)],
  ['no answer', 'hop-1', owner, ''],
])('%s: the warning says that no look was possible', async (_what, hopId, who, stdout) => {
  const { link } = fakeLink({ exec: () => ({ stdout }) })
  expect(await checkPortOwner(link, hopId, 5901, who)).toEqual(asText('desktop.warning.vncOwner'))
})

test('the first channel is given to a page for 20 seconds, then closed and another one opened', async () => {
  let now = 0
  const closed: string[] = []
  let opened = 0
  const port = {
    ...{ route: null, hopId: null },
    open: async () => `channel-${++opened}`,
    closeChannel: async (id: string) => void closed.push(id),
    close: async () => undefined,
  }
  const way = () => new VncServer(port, { now: () => now }, () => undefined)
  const soon = way()
  await soon.find()
  now += 19_900
  expect(await soon.take()).toBe('channel-1')
  const late = way()
  await late.find()
  now += 20_100
  expect(await late.take()).toBe('channel-3')
  expect(closed).toEqual(['channel-2'])
})
