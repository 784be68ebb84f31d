/** One stream with the addon in the test's hands: what is reported when, which page gets what, how a start fails. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StreamSessionEvent, StreamStart, StreamStatistics } from '../../../src-main/protocols/native.ts'
import { encodeMessage, flagKeyFrame, messageType } from '../../../src-main/shared/stream-port.ts'
import { encodeInput } from '../../../src-main/shared/stream-input.ts'
import type { FromStreamProcess } from '../../../src-main/stream-process/messages.ts'
import { StreamRunner } from '../../../src-main/stream-process/stream-runner.ts'
import { startFakeClock, type FakeClock } from '../../support/fake-clock.ts'

let clock: FakeClock
beforeEach(() => {
  clock = startFakeClock()
})
afterEach(() => clock.restore())

const start = { width: 1280, height: 720, fps: 30 } as StreamStart

function setUp(outcome: () => Promise<number> = async () => 0) {
  const said: FromStreamProcess[] = []
  const log = { keyFrameRequests: 0, inputs: [] as Buffer[], stopped: 0 }
  const statistics: StreamStatistics = {
    framesReceived: 0,
    framesDropped: 0,
    keyFrames: 0,
    videoBytes: 0,
    audioPackets: 0,
    roundTripMs: 3,
  }
  let on: { onMessage: (message: Buffer) => void; onEvent: (event: StreamSessionEvent) => void } = {
    onMessage: () => undefined,
    onEvent: () => undefined,
  }
  class StreamSession {
    constructor(callbacks: typeof on) {
      on = callbacks
    }
    start = outcome
    stop = async (): Promise<void> => void log.stopped++
    requestKeyFrame = (): void => void log.keyFrameRequests++
    sendInput = (payload: Buffer): number => log.inputs.push(payload)
    statistics = (): StreamStatistics => ({ ...statistics })
  }
  const runner = new StreamRunner({ StreamSession }, (message) => said.push(message))
  const facts = () => said.flatMap((message) => (message.type === 'facts' ? [message.facts] : []))
  const page = () => {
    const sent: Uint8Array[] = []
    const closed: string[] = []
    const end = runner.attach({
      send: (message) => void sent.push(message),
      close: (reason) => void closed.push(reason),
    })
    const types = () => sent.map((message) => message[1])
    return { ...end, sent, closed, types }
  }
  const frame = (frameNumber: number, keyFrame = false): void =>
    on.onMessage(
      Buffer.from(
        encodeMessage(messageType.video, Uint8Array.of(1), {
          frameNumber,
          flags: keyFrame ? flagKeyFrame : 0,
        }),
      ),
    )
  return {
    runner,
    said,
    log,
    statistics,
    facts,
    page,
    frame,
    event: (event: StreamSessionEvent) => on.onEvent(event),
  }
}

describe('facts', () => {
  test('a host whose pictures stay away is asked for one, once', async () => {
    const { runner, log, statistics } = setUp()
    await runner.start(start)
    statistics.framesReceived = 5
    await clock.pass(1000)
    expect(log.keyFrameRequests).toBe(0)
    await clock.pass(3000)
    expect(log.keyFrameRequests).toBe(1)
    statistics.framesReceived = 6
    await clock.pass(2000)
    expect(log.keyFrameRequests).toBe(2)
    await runner.stop()
  })

  test('are reported once a second while it runs, with the rate of the second that is over', async () => {
    const { runner, facts, statistics } = setUp()
    await runner.start(start)
    expect(facts()).toEqual([])
    for (let second = 1; second <= 3; second++) {
      statistics.videoBytes += 125_000
      statistics.framesReceived += 30
      await clock.pass(1000)
      expect(facts()).toHaveLength(second)
      expect(facts().at(-1)).toMatchObject({ framesReceived: 30 * second, roundTripMs: 3, weak: false })
      expect(facts().at(-1)?.bitrateKbps).toBeCloseTo(1000, 0)
    }
    statistics.framesReceived += 7
    await runner.stop()
    expect(facts().at(-1)).toMatchObject({ framesReceived: 97 })
    const count = facts().length
    await clock.pass(10_000)
    expect(facts()).toHaveLength(count)
  })

  test('count what the addon and every page’s port dropped; without a page nothing counts as dropped', async () => {
    const { runner, facts, statistics, page, frame } = setUp()
    await runner.start(start)
    statistics.framesDropped = 2
    // Eight are under way to a page that acknowledges none; the ninth is dropped.
    page()
    for (let number = 1; number <= 9; number++) frame(number, number === 1)
    const second = page()
    for (let number = 11; number <= 20; number++) frame(number, number === 11)
    await clock.pass(1000)
    expect(facts().at(-1)?.framesDropped).toBe(2 + 1 + 2)
    second.gone()
    runner.attachCounter()
    await clock.pass(1000)
    expect(facts().at(-1)?.framesDropped).toBe(2)
  })

  test('say at once that the connection is weak, and that it is not any more', async () => {
    const { runner, facts, event } = setUp()
    await runner.start(start)
    event({ type: 'quality', code: 1 })
    event({ type: 'quality', code: 0 })
    expect(facts().map(({ weak }) => weak)).toEqual([true, false])
  })
})

describe('a page', () => {
  test('gets the configuration first, and a key frame is asked for', async () => {
    const { runner, page, frame, log, event } = setUp()
    event({ type: 'video-format', codec: 'H.264', width: 800, height: 600, fps: 30 })
    await runner.start(start)
    const { types, sent } = page()
    frame(1)
    frame(2, true)
    expect(types()).toEqual([messageType.configuration, messageType.video])
    expect(JSON.parse(Buffer.from(sent[0]!.subarray(32)).toString())).toMatchObject({
      codec: 'H.264',
      width: 800,
    })
    expect(log.keyFrameRequests).toBe(1)
  })

  test('gives way to the next one, whose going alone ends the port', async () => {
    const { runner, page, frame } = setUp()
    await runner.start(start)
    const [first, second] = [page(), page()]
    expect(first.closed).toEqual(['replaced'])
    first.gone()
    first.receive(encodeMessage(messageType.keyFrameRequest, new Uint8Array()))
    frame(1, true)
    expect([first.types(), second.types()]).toEqual([
      [messageType.configuration],
      [messageType.configuration, messageType.video],
    ])
    second.gone()
    frame(2)
    expect(second.types()).toHaveLength(2)
    expect(second.closed).toEqual(['gone'])
  })

  test('has its input and its requests passed on', async () => {
    const { runner, page, frame, log } = setUp()
    await runner.start(start)
    const end = page()
    frame(1, true)
    const payload = encodeInput([{ kind: 'key', down: true, code: 65, modifiers: 0 }])
    end.receive(encodeMessage(messageType.input, payload))
    end.receive(encodeMessage(messageType.keyFrameRequest, new Uint8Array()))
    expect(log.inputs).toEqual([Buffer.from(payload)])
    expect(log.keyFrameRequests).toBe(2)
  })

  test('has one request under way, beside that of a relay that dropped the answer', async () => {
    const { runner, page, frame, log } = setUp()
    await runner.start(start)
    const end = page()
    const ask = (): void => end.receive(encodeMessage(messageType.keyFrameRequest, new Uint8Array()))
    ask()
    frame(1)
    ask()
    expect(log.keyFrameRequests).toBe(1)
    await clock.pass(300)
    runner.requestKeyFrame()
    expect(log.keyFrameRequests).toBe(2)
    frame(2, true)
    ask()
    expect(log.keyFrameRequests).toBe(3)
    await runner.stop()
  })

  test('turns its wheel for a host that takes right for left', async () => {
    const { runner, page, log } = setUp()
    await runner.start(start, true)
    const scroll = (horizontal: number): Uint8Array =>
      encodeInput([{ kind: 'scroll', vertical: -120, horizontal }])
    page().receive(encodeMessage(messageType.input, scroll(240)))
    expect(log.inputs).toEqual([Buffer.from(scroll(-240))])
  })

  test('hears of the end once, and its port closes with the stream', async () => {
    const { runner, page, said, event, log } = setUp()
    await runner.start(start)
    const { types, closed } = page()
    event({ type: 'terminated', code: -101 })
    event({ type: 'terminated', code: 0 })
    expect(types()).toEqual([messageType.configuration, messageType.event])
    expect(said.filter(({ type }) => type === 'terminated')).toEqual([{ type: 'terminated', code: -101 }])
    await runner.stop()
    expect({ closed, stopped: log.stopped }).toEqual({ closed: ['ended'], stopped: 1 })
  })
})

describe('paused, and started again with other values', () => {
  const other = { ...start, width: 640, height: 360, fps: 15 }

  test('the page keeps its port, gets the new configuration, and numbers of frames that continue', async () => {
    const { runner, page, frame, said, log } = setUp()
    await runner.start(start)
    const { sent, types, closed } = page()
    frame(1, true)
    frame(2)
    await runner.pause()
    expect([said.at(-1), log.stopped, closed]).toEqual([{ type: 'paused' }, 1, []])
    await runner.start(other)
    frame(1, true)
    const { configuration, video } = messageType
    expect(types()).toEqual([configuration, video, video, configuration, video])
    expect(JSON.parse(Buffer.from(sent[3]!.subarray(32)).toString())).toMatchObject({ width: 640, fps: 15 })
    expect(Buffer.from(sent[4]!).readUInt32LE(4)).toBe(3)
  })

  test('what was typed meanwhile is sent afterwards, in order, and within a bound', async () => {
    const { runner, page, log } = setUp()
    await runner.start(start)
    const end = page()
    await runner.pause()
    const payloads = Array.from({ length: 1010 }, (_, index) =>
      encodeInput([{ kind: 'key', down: index % 2 === 0, code: 65, modifiers: 0 }]),
    )
    for (const payload of payloads) end.receive(encodeMessage(messageType.input, payload))
    end.receive(encodeMessage(messageType.keyFrameRequest, new Uint8Array()))
    expect([log.inputs, log.keyFrameRequests]).toEqual([[], 1])
    await runner.start(other)
    expect(log.inputs).toEqual(payloads.slice(0, 1000).map((payload) => Buffer.from(payload)))
  })

  test('figures are of all of it, and the judgement of the connection begins again', async () => {
    const { runner, facts, event, statistics } = setUp()
    await runner.start(start)
    event({ type: 'quality', code: 1 })
    Object.assign(statistics, { framesReceived: 50, framesDropped: 3, videoBytes: 1000 })
    await runner.pause()
    event({ type: 'quality', code: 1 })
    const before = facts().length
    expect(facts().at(-1)).toMatchObject({ framesReceived: 50, weak: true })
    await clock.pass(5000)
    expect(facts()).toHaveLength(before)
    // The next session counts from 0.
    const starting = runner.start(other)
    Object.assign(statistics, { framesReceived: 0, framesDropped: 0, videoBytes: 0 })
    await starting
    statistics.framesReceived = 7
    statistics.videoBytes = 125_000
    await clock.pass(1000)
    expect(facts().at(-1)).toMatchObject({ framesReceived: 57, framesDropped: 3, weak: false, fps: 15 })
    expect(facts().at(-1)?.bitrateKbps).toBeCloseTo(1000, 0)
  })

  test('the end of the connection before is no end of the stream; one of the connection behind is', async () => {
    const { runner, said, event } = setUp()
    const ends = () => said.filter(({ type }) => type === 'terminated')
    await runner.start(start)
    await runner.pause()
    event({ type: 'terminated', code: 0 })
    expect(ends()).toEqual([])
    await runner.start(other)
    event({ type: 'terminated', code: -1 })
    expect(ends()).toEqual([{ type: 'terminated', code: -1 }])
  })
})

describe('a start that fails', () => {
  test.each<[string, string, number, string]>([
    ['in the handshake', 'RTSP handshake', 503, 'launch-refused'],
    ['without pictures', 'video stream establishment', -100, 'stream-timeout'],
  ])('%s', async (_what, name, code, kind) => {
    const { runner, said, event, facts } = setUp(async () => -1)
    event({ type: 'stage', name, status: 'failed', code })
    await runner.start(start)
    expect(said.at(-1)).toMatchObject({
      type: 'failed',
      failure: { kind, evidence: [{ value: name }, { value: String(code) }] },
    })
    await clock.pass(5000)
    expect(facts()).toEqual([])
    expect(said.some(({ type }) => type === 'connected')).toBe(false)
  })

  test('because its options are none is reported too', async () => {
    const { runner, said } = setUp(() => Promise.reject(new RangeError('fps is out of range')))
    await runner.start(start)
    expect(said).toMatchObject([{ type: 'failed' }])
  })
})
