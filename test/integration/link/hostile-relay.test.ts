/** A node whose relay lies, through a real sshd: the client says clearly what is wrong and loses nothing else. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { encodeFrame, frameTypes, rawHeader, type WireFrame } from '../../support/relay-frames.ts'
import { startRelayProgram } from './relay-program.ts'
import { portsOfNoHost as ports, type RunningLink, startLink } from '../../support/running-link.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'
import { strangeLogin } from '../../site/ssh/login-shells.ts'

/** START for an address of nine characters, and one PING: what a client says before it thinks that all is well. */
const bytesBeforeReady = 8 + 18 + 9 + 16
/** Everything works as at any node, but in the relay's place the two files are played, and its hash is said to be right. */
const played = (directory: string): string => `#!/bin/sh
cat "${directory}/first"; head -c ${bytesBeforeReady} >"${directory}/said"; cat "${directory}/second"
test -e "${directory}/ends" || cat >/dev/null
`
const relayFile = join(import.meta.dirname, `../../../resources/relay/linux-${process.arch}/vizlink-relay`)
const hash = createHash('sha256').update(readFileSync(relayFile)).digest('hex')
let servers: SshServers
let link: RunningLink
let hello: WireFrame
const file = (name: string): string => join(servers.directory, name)

beforeAll(async () => {
  servers = await startSshServers({
    settings: (directory) =>
      strangeLogin(
        { programs: { sha256sum: `echo '${hash}  -'` } },
        { directory, home: join(directory, 'home') },
      ),
  })
  const folder = join(servers.home, '.cache', 'vizlink')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `relay-${hash.slice(0, 32)}`), played(servers.directory), { mode: 0o700 })
  const relay = startRelayProgram()
  hello = await relay.frame('hello')
  await relay.kill()
  link = await startLink({ identityFile: servers.identityFile })
  await link.client.request('login', { hops: servers.hops, keys: link.keys, deadlineMs: 30_000 })
})
afterAll(async () => {
  await link.dispose()
  await servers.dispose()
})
beforeEach(() => {
  writeFileSync(file('first'), '')
  writeFileSync(file('second'), '')
  rmSync(file('ends'), { force: true })
})

const openRelay = (deadlineMs = 30_000): Promise<{ relayId: string; local: { http: string } }> =>
  link.client.request('open-relay', { hopId: null, ports, maximumUnacknowledgedBytes: 1 << 20, deadlineMs })
const goodHello = (): Buffer => encodeFrame('hello', hello.payload)
const started = encodeFrame('started')
const expectLogin = async (): Promise<void> => {
  const input = { hopId: null, command: { script: 'echo yes' }, deadlineMs: 30_000, maximumBytes: 100 }
  expect((await link.client.request('exec', input)).stdout).toBe('yes\n')
}

describe('before it has started', () => {
  const otherHello = (version: number, build: string): Buffer => {
    const payload = Buffer.alloc(34, build, 'latin1')
    payload.writeUInt16LE(version)
    return Buffer.concat([encodeFrame('hello', payload), started])
  }
  const wrong: [string, () => Buffer, string][] = [
    ['HELLO of another build', () => otherHello(1, 'f'), 'other-build'],
    ['HELLO of another version', () => otherHello(2, hello.payload.subarray(2).toString()), 'other-build'],
    ['a megabyte of text', () => Buffer.alloc(1 << 20, 'Welcome! '), 'no frame'],
    ['bytes that are no frame', () => Buffer.concat([goodHello(), rawHeader(9, 77)]), 'no frame'],
    ['a frame too long', () => Buffer.concat([goodHello(), rawHeader(70_000, 8)]), 'no frame'],
    [
      'a frame of the other side',
      () => Buffer.concat([goodHello(), encodeFrame('start')]),
      'only an endpoint',
    ],
    [
      'its own error',
      () => Buffer.concat([goodHello(), encodeFrame('error', Buffer.from('no UDP socket'))]),
      'no UDP socket',
    ],
  ]
  test.each(wrong)('%s is refused', async (_name, bytes, words) => {
    writeFileSync(file('first'), bytes())
    const failure = await openRelay().catch((error: unknown) => error)
    expect(failure).toMatchObject({ failure: { kind: 'relay-refused' } })
    expect(JSON.stringify(failure)).toContain(words)
    await expectLogin()
  })

  test.each([
    ['nothing', () => Buffer.alloc(0)],
    ['half a HELLO', () => goodHello().subarray(0, 20)],
    ['no HELLO', () => started],
    ['no STARTED', goodHello],
  ])('%s is given up at the deadline', async (_name, bytes) => {
    writeFileSync(file('first'), bytes())
    const failure = await openRelay(1500).catch((error: unknown) => error)
    expect(failure).toMatchObject({ failure: { kind: 'deadline-exceeded' } })
    await vi.waitUntil(() => servers.relays().length === 0, {
      timeout: 30_000,
      message: 'nothing of it runs on',
    })
    await expectLogin()
  })
})

describe('while it runs', () => {
  const play = async (second: Buffer): Promise<string> => {
    writeFileSync(file('first'), Buffer.concat([goodHello(), started]))
    writeFileSync(file('second'), second)
    return (await openRelay()).relayId
  }
  /** What the process reports of this relay's loss. */
  const lossOf = (relayId: string): Promise<string> =>
    new Promise((resolve) =>
      link.client.onLost((id, failure) => id === relayId && resolve(JSON.stringify(failure))),
    )

  test.each([
    ['bytes that are no frame', Buffer.from('Segmentation fault\n')],
    ['a frame too long', rawHeader(1 << 30, frameTypes.datagram)],
    ['a frame of the other side', encodeFrame('ack', Buffer.alloc(8))],
    ['its own error', encodeFrame('error', Buffer.from('out of memory'))],
  ])('%s ends this link alone', async (_name, bytes) => {
    const relayId = await play(bytes)
    const loss = await lossOf(relayId)
    expect(JSON.parse(loss)).toMatchObject({ kind: 'link-lost' })
    await expectLogin()
  })

  test('a frame cut short by its end is a loss', async () => {
    writeFileSync(file('ends'), '')
    const relayId = await play(encodeFrame('data', Buffer.alloc(100)).subarray(0, 30))
    expect(JSON.parse(await lossOf(relayId))).toMatchObject({ kind: 'link-lost' })
    await expectLogin()
  })

  test('frames that fit nothing change nothing', async () => {
    const useless = [
      ...(['opened', 'refused', 'data', 'fin', 'reset'] as const).map((type) =>
        encodeFrame(type, Buffer.alloc(10), { stream: 999 }),
      ),
      encodeFrame('pong', Buffer.alloc(3)),
      encodeFrame('dropped', Buffer.alloc(1)),
      encodeFrame('started'),
      goodHello(),
    ]
    // A flood for a stream that was not opened here: it is counted, acknowledged and thrown away. What is played waits for no
    // acknowledgement, and the endpoint's thread may sleep through all of it: it must fit in its queue of 8 MiB.
    const datagram = encodeFrame('datagram', Buffer.alloc(1000, 'v'))
    const flood = Buffer.concat(Array.from({ length: 8000 }, () => datagram))
    const relayId = await play(Buffer.concat([...useless, flood]))
    await vi.waitUntil(
      async () => {
        const facts = await link.client.request('link-facts', { relayId })
        return facts.receivedBytes === 8000 * 1000
      },
      { timeout: 30_000, message: 'the flood is over' },
    )
    const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${link.child.pid}/status`, 'utf8'))?.[1]
    expect(Number(memory)).toBeLessThan(400 * 1024)
    await link.client.request('close-relay', { relayId })
    await expectLogin()
  })
})
