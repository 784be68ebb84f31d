/**
 * Deadlines of the link: of one request (they end what takes too long, all steps draw on one budget, questions cost nothing),
 * of a process that does not end, of an agent that does not answer.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadlines } from '../../../src-main/link-process/deadlines.ts'
import { loadSigner, selectionOf } from '../../../src-main/services/cluster/key-signer.ts'
import { createLinkClient } from '../../../src-main/services/cluster/link-client.ts'
import { QuestionBoard } from '../../../src-main/services/questions/board.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'
import { failureOf } from '../../support/failure-of.ts'
import { isSettled, startFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { newPublicKey, sized } from '../../support/public-key.ts'
import { silentChild } from '../../support/silent-child.ts'

let clock: FakeClock
beforeEach(() => {
  clock = startFakeClock()
})
afterEach(() => clock.restore())
const never = new Promise<never>(() => undefined)

test('ends what takes longer, a tenth of a second late at most', async () => {
  const outcome = failureOf(new Deadlines().start(1000).race(asText('work.channel'), never))
  await clock.pass(990)
  expect(await isSettled(outcome)).toBe(false)
  await clock.pass(110)
  expect(await outcome).toMatchObject({ kind: 'deadline-exceeded', facts: { what: { key: 'work.channel' } } })
})

test('every step of a request draws on the same budget', async () => {
  const timer = new Deadlines().start(1000)
  const first = timer.race(asText('work.channel'), new Promise((resolve) => setTimeout(resolve, 700)))
  await clock.pass(700)
  await first
  const second = failureOf(timer.race(asText('work.command'), never))
  await clock.pass(450)
  expect(await isSettled(second)).toBe(true)
})

test('is paused while any question is open, and continues after the last', async () => {
  const deadlines = new Deadlines()
  const outcome = failureOf(deadlines.start(1000).race(asText('work.channel'), never))
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const asked = answers.map(({ promise }) => deadlines.paused(() => promise))
  await clock.pass(60_000)
  answers[0]?.resolve()
  await asked[0]
  await clock.pass(60_000)
  expect(await isSettled(outcome)).toBe(false)
  answers[1]?.reject(new Error('the question went away'))
  await expect(asked[1]).rejects.toThrow('went away')
  await clock.pass(900)
  expect(await isSettled(outcome)).toBe(false)
  await clock.pass(200)
  expect(await isSettled(outcome)).toBe(true)
})

test('B18 is paused while a person is at work elsewhere, and a later notice pauses it again', async () => {
  const timer = new Deadlines().start(1000)
  const outcome = failureOf(timer.race(asText('work.channel'), never))
  timer.hold(90_000)
  await clock.pass(60_000)
  timer.hold(90_000)
  await clock.pass(90_900)
  expect(await isSettled(outcome)).toBe(false)
  await clock.pass(200)
  expect(await isSettled(outcome)).toBe(true)
})

test('a pause that is ended costs no time of what follows', async () => {
  const timer = new Deadlines().start(1000)
  timer.hold(90_000)
  timer.hold(0)
  const outcome = failureOf(timer.race(asText('work.channel'), never))
  await clock.pass(1100)
  expect(await isSettled(outcome)).toBe(true)
})

test('passes on what comes in time, and no timer is left', async () => {
  const timer = new Deadlines().start(1000)
  expect(await timer.race(asText('work.channel'), Promise.resolve(7))).toBe(7)
  await expect(timer.race(asText('work.channel'), Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(vi.getTimerCount()).toBe(0)
})

test('a link process that does not end when asked is ended two seconds later', async () => {
  const { child, sent, ended } = silentChild()
  const handlers = { ...new QuestionBoard(() => undefined).handlers, sign: async () => null }
  const client = createLinkClient(child, handlers)
  const running = failureOf(client.request('link-facts', { relayId: 'relay-1' }))
  const closed = client.close()
  await clock.pass(1900)
  expect(ended()).toBe(false)
  await clock.pass(200)
  await closed
  expect(sent).toMatchObject([{ name: 'link-facts' }, { name: 'close' }])
  expect(await running).toMatchObject({ kind: 'link-lost' })
})

/** An SSH agent that does what `take` does with each request, of which it gets the type (draft-ietf-sshm-ssh-agent). */
async function withAgent(
  take: (socket: Socket, type: number) => void,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-agent-'))
  const sockets: Socket[] = []
  const agent = createServer((socket) => {
    sockets.push(socket)
    socket.once('data', (request) => take(socket, request[4] ?? 0))
  })
  await new Promise<void>((resolve) => agent.listen(join(folder, 's'), resolve))
  try {
    await work(join(folder, 's'))
  } finally {
    for (const socket of sockets) socket.destroy()
    agent.close()
    rmSync(folder, { recursive: true })
  }
}

test('an SSH agent that does not answer has no keys, after half a minute', async () => {
  const asked = Promise.withResolvers<void>()
  await withAgent(
    () => asked.resolve(),
    async (path) => {
      const signer = loadSigner(selectionOf(null, path))
      await asked.promise
      await clock.pass(29_900)
      expect(await isSettled(signer)).toBe(false)
      await clock.pass(200)
      expect((await signer).keys).toEqual([])
    },
  )
})

test('an SSH agent that lists a key and does not sign with it: the key is passed over after two minutes', async () => {
  const listIdentities = 11
  const blob = Buffer.from(newPublicKey().split(' ')[1] ?? '', 'base64')
  const identities = Buffer.concat([Buffer.from([12, 0, 0, 0, 1]), sized(blob), sized(Buffer.from('key'))])
  const asked = Promise.withResolvers<void>()
  await withAgent(
    (socket, type) => (type === listIdentities ? socket.write(sized(identities)) : asked.resolve()),
    async (path) => {
      const signer = await loadSigner(selectionOf(null, path))
      const [key] = signer.keys
      const signature = signer.sign({ publicKey: key?.publicKey ?? '', data: 'AAAA', hash: null })
      await asked.promise
      await clock.pass(119_900)
      expect(await isSettled(signature)).toBe(false)
      await clock.pass(200)
      expect(await signature).toBeNull()
    },
  )
})
