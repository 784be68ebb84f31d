/** StreamSession against the demo site's host: the library, its threads and their ends. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  loadNative,
  type StreamSession,
  type StreamSessionEvent,
  type StreamStart,
} from '../../src-main/protocols/native.ts'
import { encodeInput } from '../../src-main/shared/stream-input.ts'
import { decodeHeader, flagKeyFrame, messageType } from '../../src-main/shared/stream-port.ts'
import { startRunningHost, type RunningHost } from '../support/running-host.ts'
import { runScenario } from './support.ts'

let site: RunningHost
beforeAll(async () => {
  site = await startRunningHost()
})
afterAll(() => site.dispose())

/** Sessions of the test that runs: one that it leaves running would be in the way of all that follow. */
const watched = new Set<StreamSession>()
afterEach(async () => {
  site.host.dropVideo(null)
  const sessions = [...watched]
  watched.clear()
  await Promise.all(sessions.map((session) => session.stop()))
})

interface Watched {
  session: StreamSession
  events: StreamSessionEvent[]
  frames: { number: number; keyFrame: boolean }[]
}

/** A session in this process that keeps its events. */
function watch(): Watched {
  const events: StreamSessionEvent[] = []
  const frames: Watched['frames'] = []
  const session = new (loadNative().StreamSession)({
    onEvent: (event) => void events.push(event),
    onMessage: (bytes) => {
      const header = decodeHeader(bytes)
      if (typeof header === 'string') throw new Error(header)
      if (header.type !== messageType.video) return
      frames.push({ number: header.frameNumber, keyFrame: (header.flags & flagKeyFrame) !== 0 })
    },
  })
  watched.add(session)
  return { session, events, frames }
}

const until = (what: string, fits: () => boolean): Promise<boolean> =>
  vi.waitUntil(() => fits(), { timeout: 60_000, message: what })

describe('a stream', () => {
  test('brings whole frames in order, the first a key frame, and ends on request', async () => {
    const { session, events, frames } = watch()
    expect(await session.start(await site.launch())).toBe(0)
    await until('frames', () => frames.length >= 30)
    await session.stop()
    expect(frames[0]?.keyFrame).toBe(true)
    const numbers = frames.map(({ number }) => number)
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    expect(events.find(({ type }) => type === 'video-format')).toMatchObject({ codec: 'H.264' })
    const { framesReceived, framesDropped } = session.statistics()
    expect(framesReceived).toBeGreaterThanOrEqual(30)
    expect(framesDropped).toBe(0)
  })

  test('a key frame comes on request', async () => {
    const { session, frames } = watch()
    await session.start(await site.launch())
    await until('frames', () => frames.length >= 10)
    const seen = frames.length
    expect(frames.slice(1).some(({ keyFrame }) => keyFrame)).toBe(false)
    session.requestKeyFrame()
    await until('a key frame', () => frames.slice(seen).some(({ keyFrame }) => keyFrame))
    await session.stop()
  })

  test('lost data shards are rebuilt from parity: no frame is missing', async () => {
    const { session, frames } = watch()
    await session.start(await site.launch())
    await until('frames', () => frames.length >= 5)
    let dropped = 0
    let lastFrame = -1
    // The first datagram of every frame is lost (NV_VIDEO_PACKET.frameIndex, little endian, behind 16 bytes of RTP).
    site.host.dropVideo((datagram) => {
      const frame = datagram.readUInt32LE(20)
      if (frame === lastFrame) return false
      lastFrame = frame
      dropped++
      return true
    })
    // Frames that are under way when the loss begins come as they are.
    await until('losses', () => dropped >= 40)
    site.host.dropVideo(null)
    await until('the last of them', () => (frames.at(-1)?.number ?? -1) >= lastFrame)
    await session.stop()
    const numbers = frames.map(({ number }) => number)
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    expect(session.statistics().framesDropped).toBe(0)
  })

  test('a frame that cannot be rebuilt is missed, then a key frame brings the picture back', async () => {
    const { session, frames } = watch()
    await session.start(await site.launch())
    await until('frames', () => frames.length >= 5)
    const from = frames.length
    let remaining = 12
    site.host.dropVideo(() => remaining-- > 0)
    await until('a key frame', () => frames.slice(from).some(({ keyFrame }) => keyFrame))
    site.host.dropVideo(null)
    await session.stop()
  })

  test('while JavaScript is busy 32 pictures wait for it; after the gap a key frame comes, which the addon asked for', async () => {
    const outcome = await runScenario('stall', await site.launch())
    expect(outcome).toMatchObject({ code: 0, signal: null, result: { code: 0 } })
    expect(outcome.result.framesDropped).toBeGreaterThanOrEqual(5)
    expect(outcome.result).toMatchObject({ waited: 32, afterGap: { keyFrame: true } })
  })

  test('sound takes no place of a picture while JavaScript is busy: it is counted, and posted to nothing', async () => {
    const outcome = await runScenario('sound', await site.launch())
    expect(outcome).toMatchObject({ code: 0, signal: null })
    expect(outcome.result).toEqual({ code: 0, lostToSound: 0, kinds: [messageType.video] })
  })

  test('a second one in the same process is refused while the first runs', async () => {
    const first = watch()
    const start = await site.launch()
    await first.session.start(start)
    const second = watch()
    await expect((async () => second.session.start(start))()).rejects.toMatchObject({ code: 'EBUSY' })
    await first.session.stop()
  })

  test('the end of the host is reported with a code', async () => {
    const other = await startRunningHost()
    const { session, events, frames } = watch()
    await session.start(await other.launch())
    await until('frames', () => frames.length >= 3)
    await other.dispose()
    await until('the end', () => events.some(({ type }) => type === 'terminated'))
    await session.stop()
  })
})

describe('options out of bounds', () => {
  const wrong: [string, object][] = [
    ['a host name for an address', { address: 'localhost' }],
    ...['192.0.2.1', '128.0.0.1', '0.0.0.0', '::1', '127.0.0.1.example'].map((address): [string, object] => [
      `the address ${address}`,
      { address, rtspSessionUrl: `rtsp://${address}:48010` },
    ]),
    ...['zz', 'g'.repeat(32), 'a'.repeat(31), 'a'.repeat(33)].map((remoteInputKey): [string, object] => [
      `the key ${remoteInputKey}`,
      { remoteInputKey },
    ]),
    ...[
      'rtsp://127.0.0.2:48010',
      'rtsp://127.0.0.1',
      'rtsp://127.0.0.1:',
      'rtsp://127.0.0.1:480100',
      'rtsp://127.0.0.1:48010/stream',
      'rtsp://127.0.0.1:48010@192.0.2.1:48010',
      'x rtsp://127.0.0.1:48010',
      'http://127.0.0.1:48010',
    ].map((rtspSessionUrl): [string, object] => [`the URL ${rtspSessionUrl}`, { rtspSessionUrl }]),
    ['a broken rate', { fps: 29.5 }],
    ['a name without end', { appVersion: '7'.repeat(65) }],
    ['a picture without lines', { height: 0 }],
    ['a picture too large', { width: 1 << 20 }],
    ['a packet of one byte', { packetSize: 1 }],
    ['text for a number', { fps: 'fast' }],
    ['an address with a line break', { rtspSessionUrl: 'rtsp://127.0.0.1:1\r\nX: y' }],
  ]
  let good: StreamStart
  beforeAll(async () => {
    good = await site.launch()
    const { session } = watch()
    // An unused launch would block the next one for ten seconds.
    expect(await session.start(good)).toBe(0)
    await session.stop()
  })

  test.each(wrong)('%s is refused', async (_name, change) => {
    const { session } = watch()
    await expect((async () => session.start({ ...good, ...change }))()).rejects.toBeInstanceOf(Error)
  })

  test('malformed input records send nothing', async () => {
    const { session, frames } = watch()
    await session.start(await site.launch())
    await until('frames', () => frames.length >= 2)
    for (const bytes of [[], [255], [1], [1, 2, 3], new Array<number>(5000).fill(7)]) {
      expect(session.sendInput(Buffer.from(bytes))).toBeLessThanOrEqual(0)
    }
    // Kind, action, code, four numbers: src-main/shared/stream-input.ts.
    const record = ([kind = 0, action = 0, code = 0, ...rest]: number[]): Buffer => {
      const bytes = Buffer.alloc(12)
      bytes[0] = kind
      bytes[1] = action
      bytes.writeUInt16LE(code, 2)
      rest.forEach((value, index) => bytes.writeInt16LE(value, 4 + 2 * index))
      return bytes
    }
    const [key, position, move, button, scroll] = [1, 2, 3, 4, 5]
    const good = [
      [key, 0, 255, 15],
      [position, 0, 0, 5, 5, 640, 360],
      [move, 0, 0, 0, 0],
      [button, 0, 5],
      [scroll, 0, 0, 0, 0],
    ]
    expect(session.sendInput(Buffer.concat(good.map(record)))).toBe(good.length)
    for (const wrong of [
      [key, 2, 65, 0],
      [key, 0, 256, 0],
      [key, 0, 65, 16],
      [key, 0, 65, -1],
      [position, 0, 0, 5, 5, 0, 360],
      [position, 0, 0, 5, 5, 640, 0],
      [position, 0, 0, 5, 5, -640, 360],
      [button, 0, 0],
      [button, 0, 6],
      [0],
      [6],
      [255],
    ]) {
      expect([wrong, session.sendInput(Buffer.concat([record(good[0]!), record(wrong)]))]).toEqual([
        wrong,
        -1,
      ])
    }
    const many = (count: number): Buffer => Buffer.concat(new Array<Buffer>(count).fill(record(good[2]!)))
    expect([session.sendInput(many(256)), session.sendInput(many(257))]).toEqual([256, -1])
    await session.stop()
  })

  test('nothing goes into a stream that is being stopped', async () => {
    const { session, frames } = watch()
    await session.start(await site.launch())
    await until('frames', () => frames.length >= 2)
    const move = Buffer.from(encodeInput([{ kind: 'position', x: 1, y: 2, width: 640, height: 360 }]))
    expect(session.sendInput(move)).toBe(1)
    const stopping = session.stop()
    // The library takes itself apart meanwhile.
    expect(session.sendInput(move)).toBe(0)
    session.requestKeyFrame()
    await stopping
  })
})
