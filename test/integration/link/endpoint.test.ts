/** The endpoint alone: which datagrams it serves, what it acknowledges, what it makes of bad bytes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createSocket, type Socket } from 'node:dgram'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import fc from 'fast-check'
import { loadNative, type Endpoint } from '../../../src-main/protocols/native.ts'
import { portsOf } from '../../support/listening-ports.ts'
import { noSecondUser, secondUser } from '../../support/second-user.ts'
import {
  encodeFrame,
  encodeStart,
  FrameReader,
  frameTypes,
  rawHeader,
  type WireFrame,
} from '../../support/relay-frames.ts'

const { Endpoint: EndpointClass } = loadNative()
const payload = 'A1B2C3D4E5F60718'
let endpoint: Endpoint
/** Id of the endpoint's own thread. */
let thread: string
let sent: WireFrame[]
const sockets: Socket[] = []

function makeEndpoint(): Endpoint {
  sent = []
  const reader = new FrameReader()
  return new EndpointClass((chunk) => sent.push(...reader.read(chunk)))
}
const threads = (): string[] => readdirSync('/proc/self/task')
beforeEach(() => {
  const before = threads()
  endpoint = makeEndpoint()
  // The newest: libuv's loop has a thread of the kernel's (io_uring), which is there before ours.
  thread =
    threads()
      .filter((id) => !before.includes(id))
      .at(-1) ?? ''
})
afterEach(() => {
  endpoint.close()
  for (const socket of sockets.splice(0)) socket.close()
})

/** A socket as the library opens one. */
async function library(): Promise<{
  socket: Socket
  got: string[]
  say: (port: number, data: string | Buffer) => void
}> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  const got: string[] = []
  socket.on('message', (data) => got.push(data.toString('latin1')))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return { socket, got, say: (port, data) => socket.send(data, port, '127.0.0.1') }
}

/** First datagram of an ENet client: CONNECT whose last four bytes are the connect data, big endian. */
function enetConnect(data: number): Buffer {
  const datagram = Buffer.alloc(52)
  datagram[4] = 0x82
  datagram.writeUInt32BE(data, 48)
  return datagram
}

const refusedIs = (count: number): Promise<true> =>
  vi.waitUntil(() => endpoint.statistics().refusedDatagrams === count, {
    timeout: 30_000,
    message: `${count} datagrams refused`,
  })
/** Looks again at once: for what a thread beside this one does in no time. */
async function eventuallySoon(fits: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !fits(); await new Promise((resolve) => setImmediate(resolve)))
    if (Date.now() > end) throw new Error('not within 30 s')
}
const datagrams = (): { flow: number; text: string }[] =>
  sent
    .filter(({ type }) => type === 'datagram')
    .map(({ flow, payload }) => ({ flow, text: payload.toString('latin1') }))
const passedOn = (count: number): Promise<true> =>
  vi.waitUntil(() => datagrams().length === count, {
    timeout: 30_000,
    message: `${count} datagrams passed on`,
  })

describe('a flow', () => {
  test('has an ephemeral port of its own on loopback, another one for every endpoint', () => {
    const other = new EndpointClass(() => undefined)
    const ports = [...Object.values(endpoint.ports()), ...Object.values(other.ports())]
    other.close()
    expect(new Set(ports).size).toBe(6)
    expect(Math.min(...ports)).toBeGreaterThan(1023)
  })

  test('listens on 127.0.0.1 alone', () => {
    const listening = readFileSync('/proc/net/udp', 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[1]?.split(':') ?? [])
    const addresses = Object.values(endpoint.ports()).map((port) =>
      listening.filter(([, number]) => parseInt(number ?? '', 16) === port).map(([address]) => address),
    )
    expect(addresses).toEqual([['0100007F'], ['0100007F'], ['0100007F']])
  })

  test('is not served to another address with the same port', async () => {
    const mine = await library()
    const { video } = endpoint.ports()
    endpoint.expect({ pingPayload: payload })
    mine.say(video, payload)
    await passedOn(1)
    const twin = createSocket('udp4')
    sockets.push(twin)
    await new Promise<void>((resolve) => twin.bind(mine.socket.address().port, '127.0.0.2', resolve))
    twin.send(payload, video, '127.0.0.1')
    await refusedIs(1)
    expect(datagrams()).toHaveLength(1)
  })

  test('is acknowledged where it carries video, and nowhere else', async () => {
    for (const flow of [1, 2]) endpoint.receive(encodeFrame('datagram', Buffer.alloc(50), { flow }))
    endpoint.receive(encodeFrame('datagram', Buffer.alloc(7), { flow: 0 }))
    await vi.waitUntil(() => sent.find(({ type }) => type === 'ack'), {
      timeout: 30_000,
      message: 'an acknowledgement',
    })
    expect(sent.map(({ payload }) => Number(payload.readBigUInt64LE()))).toEqual([7])
  })

  test('has no port any more once its endpoint is closed', async () => {
    const own = Object.values(endpoint.ports())
    const open = (): number => portsOf([process.pid]).filter(({ port }) => own.includes(port)).length
    expect(open()).toBe(3)
    endpoint.close()
    await vi.waitUntil(() => open() === 0, { timeout: 30_000, message: 'the ports are closed' })
  })

  test.each([
    ['video', 0],
    ['audio', 2],
  ] as const)(
    '%s is served to the sender of the first datagram with the payload, and to no other',
    async (flow, number) => {
      const [mine, stranger] = [await library(), await library()]
      const port = endpoint.ports()[flow]
      stranger.say(port, payload)
      await refusedIs(1) // Nothing is expected yet.
      endpoint.expect({ pingPayload: payload })
      stranger.say(port, 'ZZZZZZZZZZZZZZZZ')
      stranger.say(port, payload.slice(0, 8))
      await refusedIs(3)
      mine.say(port, `${payload}0001`)
      await passedOn(1)
      stranger.say(port, payload)
      await refusedIs(4)
      mine.say(port, 'anything')
      await passedOn(2)
      expect(datagrams()).toEqual([`${payload}0001`, 'anything'].map((text) => ({ flow: number, text })))
      endpoint.receive(encodeFrame('datagram', Buffer.from('for the library'), { flow: number }))
      await vi.waitUntil(() => mine.got.length > 0, { timeout: 30_000, message: 'it arrived' })
      expect({ mine: mine.got, stranger: stranger.got }).toEqual({ mine: ['for the library'], stranger: [] })
    },
  )

  test('control is served to whom the connect data came from', async () => {
    const [mine, stranger] = [await library(), await library()]
    const { control } = endpoint.ports()
    stranger.say(control, enetConnect(0))
    await refusedIs(1) // Nothing is expected yet.
    endpoint.expect({ connectData: 0xfedcba98 })
    stranger.say(control, enetConnect(0x12345678))
    stranger.say(control, enetConnect(0xfedcba98).subarray(0, 51))
    stranger.say(control, payload)
    // Another command than CONNECT.
    stranger.say(control, enetConnect(0xfedcba98).fill(0x86, 4, 5))
    await refusedIs(5)
    mine.say(control, enetConnect(0xfedcba98))
    await passedOn(1)
    stranger.say(control, enetConnect(0xfedcba98))
    await refusedIs(6)
    expect(datagrams()).toEqual([{ flow: 1, text: enetConnect(0xfedcba98).toString('latin1') }])
  })

  test.skipIf(noSecondUser)('is not served to another user, whatever they know', async () => {
    const { video, control } = endpoint.ports()
    endpoint.expect({ pingPayload: payload, connectData: 7 })
    await using eve = secondUser(
      async ({ ports, texts }, say) => {
        const socket = process.getBuiltinModule('node:dgram').createSocket('udp4')
        for (const [index, port] of ports.entries())
          await new Promise<void>((resolve) =>
            socket.send(Buffer.from(texts[index] ?? '', 'latin1'), port, '127.0.0.1', () => resolve()),
          )
        say('sent')
      },
      { ports: [video, control], texts: [payload, enetConnect(7).toString('latin1')] },
    )
    expect(await eve.next()).toBe('sent')
    await refusedIs(2)
    const mine = await library()
    mine.say(video, payload)
    mine.say(control, enetConnect(7))
    await passedOn(2)
  })

  test('is given to the next stream when that has another payload', async () => {
    const [first, second] = [await library(), await library()]
    const { video } = endpoint.ports()
    endpoint.expect({ pingPayload: payload })
    first.say(video, payload)
    await passedOn(1)
    endpoint.expect({ pingPayload: 'FEDCBA9876543210' })
    first.say(video, payload)
    await refusedIs(1)
    second.say(video, 'FEDCBA9876543210')
    await passedOn(2)
    endpoint.receive(encodeFrame('datagram', Buffer.from('new'), { flow: 0 }))
    await vi.waitUntil(() => second.got.length > 0, { timeout: 30_000, message: 'it arrived' })
    expect({ first: first.got, second: second.got }).toEqual({ first: [], second: ['new'] })
  })
})

test('datagrams reach the library whole and in order, from any portions, and every byte is acknowledged', async () => {
  const mine = await library()
  endpoint.expect({ pingPayload: payload })
  mine.say(endpoint.ports().video, payload)
  await passedOn(1)
  const wanted = Array.from({ length: 300 }, (_, index) => `${index}:`.padEnd(200 + (index % 7) * 150, 'v'))
  // A socket of this system holds about a hundred datagrams: the rest is sent when some have been read.
  for (let first = 0; first < wanted.length; first += 50) {
    const texts = wanted.slice(first, first + 50)
    const wire = Buffer.concat(texts.map((text) => encodeFrame('datagram', Buffer.from(text))))
    for (let at = 0, size = 1; at < wire.length; at += size, size = 1 + ((size * 7919) % 4000))
      expect(endpoint.receive(wire.subarray(at, at + size))).toEqual([])
    await vi.waitUntil(() => mine.got.length === first + 50, { timeout: 30_000, message: 'they arrived' })
  }
  const total = wanted.reduce((sum, text) => sum + text.length, 0)
  await vi.waitUntil(
    () => {
      const last = sent.findLast(({ type }) => type === 'ack')
      return last && Number(last.payload.readBigUInt64LE()) === total
    },
    { timeout: 30_000, message: 'all are acknowledged' },
  )
  expect(mine.got).toEqual(wanted)
})

test('many bytes at once are acknowledged step by step, and make room for as many more', async () => {
  const mine = await library()
  endpoint.expect({ pingPayload: payload })
  mine.say(endpoint.ports().video, payload)
  await passedOn(1)
  // What it gets would keep this thread busy.
  sockets.splice(sockets.indexOf(mine.socket), 1)
  mine.socket.close()
  const datagram = encodeFrame('datagram', Buffer.alloc(1000, 'v'))
  const megabyte = Buffer.concat(Array.from({ length: 1000 }, () => datagram))
  const acknowledged = (): number[] =>
    sent.filter(({ type }) => type === 'ack').map(({ payload: bytes }) => Number(bytes.readBigUInt64LE()))
  // More than it holds at most.
  for (let total = 1_000_000; total <= 10_000_000; total += 1_000_000) {
    endpoint.receive(megabyte)
    await eventuallySoon(() => acknowledged().at(-1) === total)
  }
  const steps = acknowledged().map((bytes, index, all) => bytes - (all[index - 1] ?? 0))
  // 32 KiB, and what one turn of 64 datagrams adds.
  expect(Math.max(...steps)).toBeLessThanOrEqual(32 * 1024 + 64 * 1000)
})

describe('bytes of the relay', () => {
  test.each([
    ['a frame that is too long', rawHeader(70_000, frameTypes.data)],
    ['a length of 4 GiB', rawHeader(0xffffffff, frameTypes.datagram)],
    ['an unknown type', rawHeader(0, 21)],
    ['an unknown flow', rawHeader(0, frameTypes.datagram, 3)],
    ['a frame that only endpoints send', encodeStart({ maximumUnacknowledged: 1 << 20 })],
    ['text', Buffer.from('Last login: today\n')],
  ])('%s is an error, and the channel stays worthless', (_name, bytes) => {
    expect(endpoint.receive(encodeFrame('started'))).toHaveLength(1)
    expect(() => endpoint.receive(bytes)).toThrow(/relay sent/)
    if (!bytes.equals(encodeStart({ maximumUnacknowledged: 1 << 20 })))
      expect(() => endpoint.receive(encodeFrame('started'))).toThrow(/relay sent/)
  })

  test('that are cut short wait for the rest', () => {
    const bytes = encodeFrame('data', Buffer.from('whole'), { stream: 5 })
    expect(endpoint.receive(bytes.subarray(0, 10))).toEqual([])
    expect(endpoint.receive(bytes.subarray(10))).toEqual([
      { type: 'data', stream: 5, payload: Buffer.from('whole') },
    ])
  })

  test('may be anything: it is taken or refused, never worse', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.boolean(),
        (chunks, small) => {
          const victim = new EndpointClass(() => undefined)
          try {
            for (const chunk of chunks)
              victim.receive(Buffer.from(small ? chunk.map((byte) => byte % 5) : chunk))
          } catch (error) {
            expect(String(error)).toContain('the relay sent')
          } finally {
            victim.close()
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

/** Stops one thread for as long as its standard input is open (ptrace(2): PTRACE_SEIZE, PTRACE_INTERRUPT). */
const holder = `
import ctypes, os, sys
thread = int(sys.argv[1])
ptrace = ctypes.CDLL(None, use_errno=True).ptrace
ptrace.argtypes = [ctypes.c_long] * 4
for request in (0x4206, 0x4207):
    if ptrace(request, thread, 0, 0) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
os.waitpid(thread, 0x40000000)
print('held', flush=True)
sys.stdin.read()
`

/** What the thread sends on in time is no flood: it sends nothing until the test is over. */
async function holdThread(): Promise<void> {
  const child = spawn('python3', ['-c', holder, thread], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    child.stdin.end()
    if (child.exitCode === null) await once(child, 'exit')
  })
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as unknown[]
  expect(String(said).trim()).toBe('held')
}

test.each([
  // They cost nothing of the bytes that the relay's bound counts.
  ['empty datagrams', 20_000, 0],
  ['large datagrams', 80, 60_000],
])(
  'a relay that sends more than it was allowed is an error before it fills the memory: %s',
  async (_what, count, size) => {
    const { socket, say } = await library()
    endpoint.expect({ pingPayload: payload })
    say(endpoint.ports().video, payload)
    await passedOn(1)
    socket.removeAllListeners('message')
    const datagram = encodeFrame('datagram', Buffer.alloc(size))
    const flood = Buffer.concat(Array.from({ length: count }, () => datagram))
    await holdThread()
    expect(() => {
      for (let turn = 0; turn < 100; turn++) endpoint.receive(flood)
    }).toThrow(/relay sends more than it was allowed/)
  },
)

test('an acknowledgement that JavaScript was too busy to take is repeated; as many wait for it as the bound says', async () => {
  const most = 1024
  let calls = 0
  let acknowledged = 0
  const busy = new EndpointClass((chunk) => {
    calls++
    for (const { type, payload } of new FrameReader().read(chunk))
      if (type === 'ack') acknowledged = Number(payload.readBigUInt64LE())
  })
  try {
    // So much is acknowledged at once.
    const size = 32 * 1024
    const datagram = encodeFrame('datagram', Buffer.alloc(size, 'v'))
    const clock = new Int32Array(new SharedArrayBuffer(4))
    const frameSize = 28
    let bytes = 0
    // Nothing of JavaScript runs meanwhile: every acknowledgement waits for it, until there is no more room.
    while (busy.statistics().sentBytes < (most + 50) * frameSize) {
      busy.receive(datagram)
      bytes += size
      Atomics.wait(clock, 0, 0, 0.05)
    }
    expect({ calls, acknowledged }).toEqual({ calls: 0, acknowledged: 0 })
    // What waits comes in one go, before anything that is made from now on.
    await new Promise((resolve) => setImmediate(resolve))
    await vi.waitUntil(() => acknowledged === bytes, {
      timeout: 30_000,
      message: 'every byte is acknowledged',
    })
    expect(calls).toBeGreaterThanOrEqual(most)
    expect(calls).toBeLessThan(most + 50)
  } finally {
    busy.close()
  }
})

test('arguments that are none are refused, and a closed endpoint does nothing', () => {
  const wrong: (() => unknown)[] = [
    (): unknown => Reflect.construct(EndpointClass, []),
    () => endpoint.receive('text' as never),
    () => endpoint.expect(null as never),
    () => endpoint.expect({ pingPayload: 'short' }),
    () => EndpointClass.frame('hello' as never, 0),
    () => EndpointClass.frame('data', 70_000),
    () => EndpointClass.frame('data', 1, Buffer.alloc(100_000)),
    () => EndpointClass.frame('data', 1, 'text' as never),
    () => EndpointClass.startFrame({} as never),
  ]
  for (const call of wrong) expect(call).toThrow()
  endpoint.close()
  expect(endpoint.receive(encodeFrame('datagram', Buffer.from('late')))).toEqual([])
  endpoint.close()
})
