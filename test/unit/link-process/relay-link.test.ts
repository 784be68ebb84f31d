/** A link to a relay with both of its neighbours in the test's hands: silence, figures, endings, what is believed. */
import { Duplex, PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PrivateSockets } from '../../../src-main/link-process/private-sockets.ts'
import { RelayLink } from '../../../src-main/link-process/relay-link.ts'
import type { RelayFrame } from '../../../src-main/protocols/native.ts'
import type { ExecEnd, RunningProgram } from '../../../src-main/protocols/ssh/exec.ts'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { encodeFrame, FrameReader, type FrameName, type WireFrame } from '../../support/relay-frames.ts'
import { portsOfNoHost as ports } from '../../support/running-link.ts'

vi.mock('../../../src-main/link-process/relay-upload.ts', async (original) => ({
  ...(await original<object>()),
  ensureRelay: async () => ({
    command: { script: 'exec relay' },
    place: { folder: '/home/ada/.cache/vizlink', passedOver: [] },
  }),
}))

let clock: FakeClock
beforeEach(() => {
  clock = startFakeClock()
  sockets = new PrivateSockets()
})
let sockets: PrivateSockets
afterEach(() => {
  clock.restore()
  sockets.close()
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const build = 'b'.repeat(32)

/** An addon whose endpoint only translates frames. */
class FakeEndpoint {
  static protocolVersion = 1
  static buildId = build
  static frame(type: FrameName, stream: number, payload?: Buffer): Buffer {
    return encodeFrame(type, payload, { stream })
  }
  static startFrame(): Buffer {
    return encodeFrame('start')
  }
  closed = false
  private readonly reader = new FrameReader()
  receive(chunk: Buffer): RelayFrame[] {
    return this.reader.read(chunk) as RelayFrame[]
  }
  statistics() {
    return { receivedBytes: 11, sentBytes: 22, refusedDatagrams: 0 }
  }
  ports() {
    return { video: 1, control: 2, audio: 3 }
  }
  expect(): void {}
  close(): void {
    this.closed = true
  }
}
const addon = { Endpoint: FakeEndpoint }

const hello = (version = 1, name = build): Buffer => {
  const payload = Buffer.alloc(34, name, 'latin1')
  payload.writeUInt16LE(version)
  return encodeFrame('hello', payload)
}

/** A link on a channel whose far end is the test. */
function connect() {
  const said: WireFrame[] = []
  const reader = new FrameReader()
  const channel = Object.assign(
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        said.push(...reader.read(chunk))
        done()
      },
    }),
    { stderr: new PassThrough(), close: () => channel.destroy() },
  )
  const end: ExecEnd = { value: null }
  const words = { said: '' }
  const program: RunningProgram = {
    channel,
    end,
    errors: () => words.said,
    gone: new Promise((resolve) => channel.once('close', resolve)),
  }
  const losses: Failure[] = []
  const wanted: true[] = []
  const opening = RelayLink.open(
    { run: () => Promise.reject(new Error('nothing is run')), become: async () => program },
    addon,
    sockets,
    { ports, maximumUnacknowledgedBytes: 1 << 20, step: null, deadlineMs: 20_000 },
    () => ({ hold: () => undefined, race: (_what, work) => work }),
    { onLost: (failure) => losses.push(failure), onKeyFrameWanted: () => wanted.push(true) },
  )
  // Who looks at the outcome comes later than some failures do.
  opening.catch(() => undefined)
  const relay = async (...bytes: Buffer[]): Promise<void> => {
    channel.push(Buffer.concat(bytes))
    await turn()
  }
  const pings = (): WireFrame[] => said.filter(({ type }) => type === 'ping')
  return { opening, channel, end, words, relay, said, losses, wanted, pings }
}

async function running() {
  const parts = connect()
  await turn()
  await parts.relay(hello(), encodeFrame('started'))
  return { ...parts, ...(await parts.opening) }
}
const pong = (clockBytes: Buffer, unacknowledged = 0): Buffer => {
  const payload = Buffer.alloc(16)
  clockBytes.copy(payload)
  payload.writeUInt32LE(unacknowledged, 8)
  return encodeFrame('pong', payload)
}

describe('a relay that runs', () => {
  test('is asked once a second, and its answers give round trip and bytes under way', async () => {
    const { link, relay, pings } = await running()
    expect(pings()).toHaveLength(1)
    await clock.pass(7)
    await relay(pong(pings()[0]!.payload, 1234))
    expect(link.facts()).toMatchObject({ unacknowledgedBytes: 1234, receivedBytes: 11, sentBytes: 22 })
    expect(link.facts().roundTripMs).toBeCloseTo(7, 0)
    for (let second = 2; second <= 5; second++) {
      await clock.pass(1000)
      expect(pings()).toHaveLength(second)
    }
    link.close()
  })

  test('that is silent for eight seconds is lost, once; a word in time keeps it', async () => {
    const { relay, losses, channel } = await running()
    await clock.pass(7500)
    await relay(encodeFrame('dropped', Buffer.alloc(4)))
    await clock.pass(7500)
    expect(losses).toEqual([])
    await clock.pass(2000)
    expect(losses).toMatchObject([{ kind: 'link-lost', evidence: [{ value: 'the relay did not answer' }] }])
    expect(channel.destroyed).toBe(true)
    await clock.pass(60_000)
    expect(losses).toHaveLength(1)
  })

  test('reports how many frames it dropped; malformed figures change nothing', async () => {
    const { link, relay } = await running()
    await relay(
      encodeFrame('dropped', Buffer.from([7, 0, 0, 0])),
      encodeFrame('dropped', Buffer.alloc(5)),
      encodeFrame('pong', Buffer.alloc(15, 1)),
    )
    expect(link.facts()).toMatchObject({ droppedFrames: 7, roundTripMs: null, unacknowledgedBytes: 0 })
    link.close()
  })

  test('reports what it has measured of the line; before that, and from malformed figures, there is nothing', async () => {
    const { link, relay } = await running()
    await relay(encodeFrame('line', Buffer.alloc(12)))
    expect(link.facts().line).toBeNull()
    const line = Buffer.alloc(13)
    line[0] = 1
    line.writeUInt32LE(1900, 1)
    line.writeUInt32LE(20_500, 5)
    line.writeUInt32LE(83_000, 9)
    await relay(encodeFrame('line', line))
    expect(link.facts().line).toEqual({ narrow: true, carriedKbps: 1900, pathMs: 20.5, queueMs: 83 })
    link.close()
  })

  test('asks for a key frame', async () => {
    const { link, relay, wanted } = await running()
    await relay(encodeFrame('wanted'), encodeFrame('wanted'))
    expect(wanted).toHaveLength(2)
    link.close()
  })

  describe('that is asked to measure the line', () => {
    const measured = (limited: boolean): Buffer => {
      const payload = Buffer.alloc(9)
      payload[0] = limited ? 1 : 0
      payload.writeUInt32LE(1900, 1)
      payload.writeUInt32LE(20_500, 5)
      return encodeFrame('measured', payload)
    }

    test('does so for 400 ms at most, and answers', async () => {
      const { link, relay, said } = await running()
      const asked = link.measure(2000)
      const { payload } = said.find(({ type }) => type === 'measure')!
      expect([payload.length, payload.readUInt32LE(0), payload.readUInt32LE(4)]).toEqual([
        8,
        1024 * 1024,
        400,
      ])
      await relay(encodeFrame('measured', Buffer.alloc(8)), measured(true))
      expect(await asked).toEqual({ carriedKbps: 1900, pathMs: 20.5, atLeast: false })
      const again = link.measure(2000)
      await relay(measured(false))
      expect(await again).toMatchObject({ atLeast: true })
      link.close()
    })

    test('measures once at a time, and a late answer is none to the next question', async () => {
      const { link, relay, said } = await running()
      const asked = link.measure(2000)
      expect(await link.measure(2000)).toBeNull()
      await clock.pass(2001)
      expect(await asked).toBeNull()
      expect(await link.measure(2000)).toBeNull()
      await relay(measured(true))
      expect(said.filter(({ type }) => type === 'measure')).toHaveLength(1)
      const next = link.measure(2000)
      await relay(measured(false))
      expect(await next).toMatchObject({ atLeast: true })
      link.close()
      expect(await link.measure(2000)).toBeNull()
    })

    test('and is lost meanwhile, gives none', async () => {
      const { link } = await running()
      const asked = link.measure(2000)
      link.close()
      expect(await asked).toBeNull()
    })
  })

  test('closed by us is no loss, and nothing of it runs on', async () => {
    const { link, losses, pings, channel } = await running()
    link.close()
    link.close()
    await clock.pass(60_000)
    await turn()
    expect({ losses, pings: pings().length, gone: channel.destroyed }).toEqual({
      losses: [],
      pings: 1,
      gone: true,
    })
    expect(vi.getTimerCount()).toBe(0)
    expect(link.open(1, {} as never)).toBeNull()
  })

  test('whose bytes are none is lost with its own last words, of which four kilobytes are kept', async () => {
    const { relay, losses, words } = await running()
    words.said = `the beginning ${'x'.repeat(10_000)} the end`
    await relay(encodeFrame('error', Buffer.from('out of memory')))
    const [{ evidence } = { evidence: [] }] = losses
    expect(evidence[0]?.value).toMatch(/^the relay reports: out of memory: x+ the end$/)
    expect(evidence[0]?.value.length).toBeLessThan(4200)
  })
})

describe('streams', () => {
  const stream = () => ({
    opened: vi.fn(),
    refused: vi.fn(),
    data: vi.fn(),
    fin: vi.fn(),
    reset: vi.fn(),
  })

  test('have numbers of their own, and a number comes back only when it is free', async () => {
    const { link, said } = await running()
    const first = link.open(80, stream())!
    expect(first).toBeGreaterThan(0)
    expect(said.filter(({ type }) => type === 'open')).toMatchObject([
      { stream: first, payload: Buffer.from([80, 0]) },
    ])
    // As after sixty thousand connections.
    Object.assign(link, { nextStream: 65_533 })
    const ids = Array.from({ length: first + 2 }, () => link.open(80, stream()))
    const beyond = Array.from({ length: first + 1 }, (_, index) => index + 1).filter((id) => id !== first)
    expect(ids).toEqual([65_534, 65_535, ...beyond])
    link.close()
  })

  test('get what is theirs; one that was refused or reset gets no more', async () => {
    const { link, relay } = await running()
    const [one, two] = [stream(), stream()]
    const [first, second] = [link.open(80, one)!, link.open(80, two)!]
    await relay(
      encodeFrame('opened', undefined, { stream: first }),
      encodeFrame('data', Buffer.from('for one'), { stream: first }),
      encodeFrame('fin', undefined, { stream: first }),
      encodeFrame('reset', undefined, { stream: first }),
      encodeFrame('data', Buffer.from('too late'), { stream: first }),
      encodeFrame('refused', undefined, { stream: second }),
      encodeFrame('data', Buffer.from('too late'), { stream: second }),
    )
    expect(one.data.mock.calls).toEqual([[Buffer.from('for one')]])
    for (const call of [one.opened, one.fin, one.reset, two.refused]) expect(call).toHaveBeenCalledTimes(1)
    for (const call of [one.refused, two.data, two.reset, two.opened]) expect(call).not.toHaveBeenCalled()
    link.close()
  })

  test('send large pieces in frames that a relay takes, and nothing for a stream that is gone', async () => {
    const { link, said } = await running()
    const id = link.open(80, stream())!
    link.data(id, Buffer.alloc(100_000, 'd'))
    link.fin(id)
    link.reset(id)
    link.fin(id)
    link.reset(id)
    const own = said.filter((frame) => frame.stream === id && frame.type !== 'open')
    expect(own.map(({ type, payload }) => [type, payload.length])).toEqual([
      ['data', 32_768],
      ['data', 32_768],
      ['data', 32_768],
      ['data', 1696],
      ['fin', 0],
      ['reset', 0],
    ])
    link.close()
  })

  test('are reset with the link', async () => {
    const { link } = await running()
    const one = stream()
    link.open(80, one)
    link.close()
    expect(one.reset).toHaveBeenCalledTimes(1)
  })
})

describe('a start', () => {
  test.each<[string, Buffer, object]>([
    ['of another version', hello(2), { kind: 'relay-refused' }],
    ['of another build', hello(1, 'c'), { kind: 'relay-refused' }],
  ])('%s is refused though it says that it has started', async (_what, first, expected) => {
    const { opening, relay, channel } = connect()
    await turn()
    await relay(first, encodeFrame('started'))
    expect(await failureOf(opening)).toMatchObject(expected)
    expect(channel.destroyed).toBe(true)
  })

  test('without HELLO is none', async () => {
    const { opening, relay, channel, end } = connect()
    await turn()
    let over = false
    void opening.then(
      () => (over = true),
      () => (over = true),
    )
    await relay(encodeFrame('started'))
    expect(over).toBe(false)
    end.value = { code: 127, signal: null }
    channel.destroy()
    expect(await failureOf(opening)).toMatchObject({ kind: 'relay-refused' })
  })

  test('that ends without the relay’s own status is the connection’s fault', async () => {
    const { opening, channel } = connect()
    await turn()
    channel.destroy()
    expect(await failureOf(opening)).toMatchObject({ kind: 'link-lost' })
  })
})
