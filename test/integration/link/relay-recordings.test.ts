/**
 * The relay reads the recorded video of a real host: what it passes on, leaves out and drops, against the reader of the tests,
 * which shares no line with it.
 */
import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openVideo, readShard, rebuildFrames, type Shard } from '../../support/depacketizer.ts'
import { recordedVideo, type VideoRecording } from '../../support/recordings.ts'
import { encodeAck, encodeFrame, encodeStart, startPadding } from '../../support/relay-frames.ts'
import { startRelayProgram, type RelayProgram } from './relay-program.ts'

let host: Socket
let relay: RelayProgram
let relayPort: number
/** Every question has an answer of its own. */
let clock = 0

beforeEach(() => {
  host = createSocket('udp4')
  relay = startRelayProgram()
})
afterEach(async () => {
  host.close()
  await relay.kill()
})

async function start(maximumUnacknowledged: number): Promise<void> {
  await new Promise<void>((resolve) => host.bind(0, '127.0.0.1', resolve))
  const first = new Promise<number>((resolve) => host.once('message', (_data, { port }) => resolve(port)))
  relay.send(encodeStart({ maximumUnacknowledged, video: host.address().port }))
  relay.send(encodeFrame('datagram', Buffer.from('PING'), { flow: 0 }))
  relayPort = await first
}

/** Once the relay answers, it has read everything before; gives video bytes under way and waiting. */
async function figures(): Promise<{ underWay: number; waiting: number }> {
  const mine = Buffer.alloc(8)
  mine.writeUInt32LE(++clock)
  relay.send(encodeFrame('ping', mine))
  const { payload } = await relay.frame('pong', (frame) => frame.payload.subarray(0, 8).equals(mine))
  return { underWay: payload.readUInt32LE(8), waiting: payload.readUInt32LE(12) }
}

/** Sends them in portions that the relay's socket holds whatever the system's limits are. */
async function replay(datagrams: readonly Buffer[], { acknowledges = true } = {}): Promise<void> {
  for (let at = 0; at < datagrams.length; at += 40) {
    const portion = datagrams.slice(at, at + 40)
    await Promise.all(
      portion.map(
        (datagram) =>
          new Promise<void>((resolve, reject) =>
            host.send(datagram, relayPort, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
          ),
      ),
    )
    await figures()
    if (acknowledges) await allIsAcknowledged()
  }
}
/** An answer overtakes video, of which little is written at a time. */
async function allIsAcknowledged(): Promise<void> {
  for (let left = Infinity; left > 0;) {
    relay.send(encodeAck(startPadding + bytesOf(passedOn())))
    const { underWay, waiting } = await figures()
    left = underWay + waiting
  }
}
const passedOn = (): Buffer[] =>
  relay.frames.filter(({ type, flow }) => type === 'datagram' && flow === 0).map(({ payload }) => payload)
const dropped = (): number =>
  relay.frames.findLast(({ type }) => type === 'dropped')?.payload.readUInt32LE(0) ?? 0
const bytesOf = (datagrams: readonly Buffer[]): number =>
  datagrams.reduce((sum, { length }) => sum + length, 0)
const hex = (datagrams: readonly Buffer[]): string[] => datagrams.map((datagram) => datagram.toString('hex'))
const isData = ({ index, dataCount }: Shard): boolean => index < dataCount
const data = (datagrams: readonly Buffer[]): Buffer[] =>
  datagrams.filter((datagram) => isData(readShard(datagram)))
const roomForAll = 1 << 20

describe('without a jam', () => {
  test.each<[VideoRecording, number]>([
    ['clear', 12],
    ['multiblock', 1],
    ['loss', 7],
  ])('%s: all data passes unchanged and in order, no parity does', async (name, frames) => {
    const { datagrams } = recordedVideo(name)
    const shards = datagrams.map(readShard)
    expect(new Set(shards.map(({ frame }) => frame)).size).toBe(frames)
    expect(shards.some((shard) => !isData(shard))).toBe(true)
    await start(roomForAll)
    await replay(datagrams)
    expect(hex(passedOn())).toEqual(hex(data(datagrams)))
    expect(dropped()).toBe(0)
  })

  test('clear: what passes is enough for every frame', async () => {
    const { datagrams } = recordedVideo('clear')
    await start(roomForAll)
    await replay(datagrams)
    const whole = rebuildFrames(datagrams)
    const got = rebuildFrames(passedOn())
    for (const [number, frame] of whole) expect(got.get(number)?.exact).toEqual(frame?.exact)
  })

  test('encrypted: everything passes, for parity looks like data', async () => {
    const { datagrams, key } = recordedVideo('encrypted')
    const inside = datagrams.map((datagram) => readShard(openVideo(key!, datagram)))
    expect(inside.some((shard) => !isData(shard))).toBe(true)
    await start(roomForAll)
    await replay(datagrams)
    expect(hex(passedOn())).toEqual(hex(datagrams))
  })

  test('what is no video is passed over: the host’s other datagrams, cut ones', async () => {
    const { datagrams } = recordedVideo('clear')
    const [first] = datagrams
    const sealed = recordedVideo('encrypted').datagrams[0]!
    await start(roomForAll)
    await replay([
      Buffer.from('PONG'),
      first!.subarray(0, 31),
      sealed.subarray(0, 32),
      Buffer.concat([Buffer.from([0x10]), first!.subarray(1)]),
      first!,
    ])
    expect(hex(passedOn())).toEqual(hex([first!]))
  })
})

/**
 * What of `datagrams` a relay passes on to a reader that acknowledges nothing, by the rule in send_queue.h: a frame that begins
 * while more than twice `bound` is under way or waits is dropped, and so are all that follow.
 */
function expectedWithoutReader(
  datagrams: readonly { bytes: Buffer; frame: number; parity: boolean }[],
  bound: number,
): { passes: Buffer[]; frames: number[]; droppedFrames: number[] } {
  const passes: Buffer[] = []
  const [frames, droppedFrames]: [number[], number[]] = [[], []]
  let total = startPadding
  let current = -1
  let dropping = false
  for (const { bytes, frame, parity } of datagrams) {
    if (parity) continue
    if (frame !== current) {
      current = frame
      dropping = total > 2 * bound
      ;(dropping ? droppedFrames : frames).push(frame)
    }
    if (dropping) continue
    passes.push(bytes)
    total += bytes.length
  }
  return { passes, frames, droppedFrames }
}

describe('with a reader that acknowledges nothing', () => {
  const bound = 64 * 1024

  test.each<[string, VideoRecording[]]>([
    ['frames of one block', ['clear', 'loss', 'clear', 'loss']],
    ['frames of three blocks', ['multiblock', 'clear', 'multiblock', 'loss']],
    ['encrypted frames', ['clear', 'multiblock', 'encrypted', 'loss']],
  ])(
    '%s are dropped whole, the others arrive whole, and the next one after the jam does',
    async (_what, names) => {
      const recorded = names.flatMap((name, round) => {
        const { datagrams, key } = recordedVideo(name)
        return datagrams.map((datagram) => {
          const bytes = Buffer.from(datagram)
          const shard = readShard(key ? openVideo(key, datagram) : datagram)
          // A host counts on: the recordings are put one behind the other.
          const frame = shard.frame + 100 * round
          bytes.writeUInt32LE(frame, key ? 12 : 20)
          return { bytes, frame, parity: !key && !isData(shard) }
        })
      })
      const expected = expectedWithoutReader(recorded, bound)
      expect(expected.droppedFrames.length).toBeGreaterThan(3)
      await start(bound)
      await replay(
        recorded.map(({ bytes }) => bytes),
        { acknowledges: false },
      )
      let { underWay, waiting } = await figures()
      while (underWay < bound) ({ underWay, waiting } = await figures())
      expect(underWay).toBeLessThan(bound + 1500)
      expect(underWay + waiting).toBe(startPadding + bytesOf(expected.passes))
      expect(dropped()).toBe(expected.droppedFrames.length)

      // The reader is back: what waits comes, and then new frames.
      await vi.waitUntil(
        () => {
          relay.send(encodeAck(startPadding + bytesOf(passedOn())))
          return passedOn().length >= expected.passes.length
        },
        { timeout: 30_000, message: 'all that waited has come' },
      )
      expect(hex(passedOn())).toEqual(hex(expected.passes))
      const after = recordedVideo('clear').datagrams.map((datagram) => {
        const bytes = Buffer.from(datagram)
        bytes.writeUInt32LE(readShard(datagram).frame + 1000, 20)
        return bytes
      })
      relay.send(encodeAck(startPadding + bytesOf(passedOn())))
      await replay(after.slice(0, 16))
      expect(hex(passedOn().slice(expected.passes.length))).toEqual(hex(data(after.slice(0, 16))))
    },
  )
})
