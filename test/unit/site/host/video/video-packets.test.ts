/** The site's packetizer against the datagrams of a real host, and recorded datagrams back into the recorded frames. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openVideo, readShard, rebuildFrames, type RebuiltFrame } from '../../../../support/depacketizer.ts'
import { recordedVideo, type RecordedVideo, type VideoRecording } from '../../../../support/recordings.ts'
import { Packetizer } from '../../../../site/host/video/packetizer.ts'

const inClear = ({ datagrams, key }: RecordedVideo): Buffer[] =>
  key ? datagrams.map((datagram) => openVideo(key, datagram)) : datagrams

/** What moonlight-common-c delivers: the frame with its padding, without the SEI in front of a key frame's first slice. */
function delivered(frame: RebuiltFrame, removed: { offset: number; length: number }[]): Buffer {
  return removed.reduce(
    (unit, { offset, length }) => Buffer.concat([unit.subarray(0, offset), unit.subarray(offset + length)]),
    frame.padded,
  )
}

describe('recorded datagrams', () => {
  test.each<[VideoRecording, number[]]>([
    ['clear', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['encrypted', [1, 2, 3, 4]],
    ['multiblock', [6]],
    ['loss', [12, 16, 20, 24, 28, 32]],
  ])('%s: give the delivered frames byte for byte', (name, expected) => {
    const recording = recordedVideo(name)
    const frames = rebuildFrames(inClear(recording))
    expect(recording.frames.map(({ frame }) => frame)).toEqual(expected)
    for (const { frame, keyFrame, length, sha256, timestamp, removed } of recording.frames) {
      const rebuilt = frames.get(frame)
      if (!rebuilt) throw new Error(`frame ${frame} was not rebuilt`)
      const unit = delivered(rebuilt, removed)
      expect({ length: unit.length, sha256: createHash('sha256').update(unit).digest('hex') }).toEqual({
        length,
        sha256,
      })
      expect(rebuilt).toMatchObject({ type: keyFrame ? 2 : 1, timestamp })
    }
  })

  test('clear: are the beginning of the recorded stream', () => {
    const recording = recordedVideo('clear')
    const frames = rebuildFrames(recording.datagrams)
    const units = recording.frames.map(({ frame, removed }) => {
      const rebuilt = frames.get(frame)
      return rebuilt ? delivered(rebuilt, removed) : Buffer.alloc(0)
    })
    const stream = readFileSync(
      new URL('../../../../fixtures/stream/h264-720p30-clear.h264', import.meta.url),
    )
    const joined = Buffer.concat(units)
    expect(joined.equals(stream.subarray(0, joined.length))).toBe(true)
  })

  test('loss: more data lost than parity is left cannot be rebuilt', () => {
    expect(rebuildFrames(recordedVideo('loss').datagrams).get(36)).toBeNull()
  })

  test('encrypted: another key or a changed byte opens nothing', () => {
    const { key, datagrams } = recordedVideo('encrypted')
    const [first] = datagrams
    if (!key || !first) throw new Error('the recording has a key and datagrams')
    expect(() => openVideo(Buffer.alloc(16, 1), first)).toThrow()
    const changed = Buffer.from(first)
    changed[40] = (changed[40] ?? 0) ^ 1
    expect(() => openVideo(key, changed)).toThrow()
  })
})

describe('the packetizer', () => {
  test.each<VideoRecording>(['clear', 'encrypted'])(
    '%s: makes the recorded datagrams, byte for byte',
    (name) => {
      const recording = recordedVideo(name)
      const packetizer = new Packetizer({
        packetSize: recording.packetSize,
        fecPercentage: 20,
        minimumParity: 2,
        key: recording.key,
      })
      const made = [...rebuildFrames(inClear(recording)).values()].flatMap((frame) =>
        frame ? packetizer.packetize(frame.exact, frame.type === 2, frame.timestamp) : [],
      )
      // The real host stamps each shard when it sends it, so within a frame its clock may tick; ours stamps the frame.
      const comparable = (datagrams: Buffer[]): string[] =>
        inClear({ ...recording, datagrams }).map((datagram) => {
          const copy = Buffer.from(datagram)
          if (readShard(copy).index > 0) copy.fill(0, 4, 8)
          return copy.toString('hex')
        })
      expect(comparable(made)).toEqual(comparable(recording.datagrams))
      // Everything outside the ciphertext: counter, frame number, layout.
      const prefix = (datagram: Buffer): string => datagram.toString('hex', 0, recording.key ? 16 : 4)
      expect(made.map(prefix)).toEqual(recording.datagrams.map(prefix))
    },
  )

  /** Bytes that look like nothing in particular, always the same. */
  const bytes = (length: number): Buffer =>
    Buffer.concat(
      Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
        createHash('sha256').update(`${length}/${index}`).digest(),
      ),
    ).subarray(0, length)

  const payload = 1392 - 16
  test.each<[string, number, number]>([
    ['a tiny frame', 1, 20],
    ['a frame that just fits one shard', payload - 8, 20],
    ['one byte more', payload - 7, 20],
    ['a block that is just full', 212 * payload - 8, 20],
    ['two blocks', 212 * payload - 7, 20],
    ['four full blocks', 4 * 212 * payload - 8, 20],
    ['too large for parity', 4 * 212 * payload - 7, 20],
    ['without parity', 50 * payload, 0],
  ])('%s comes back whole', (_what, length, fecPercentage) => {
    const packetizer = new Packetizer({
      packetSize: 1392,
      fecPercentage,
      minimumParity: fecPercentage ? 2 : 0,
      key: null,
    })
    const frame = bytes(length)
    const datagrams = packetizer.packetize(frame, false, 1234)
    expect(rebuildFrames(datagrams).get(1)?.exact.equals(frame)).toBe(true)
    const shards = datagrams.map(readShard)
    expect(shards.map(({ sequence }) => sequence)).toEqual(shards.map((_, index) => index))
    for (const { index, dataCount, percentage, sequence, streamIndex } of shards) {
      expect(index).toBeLessThan(dataCount + Math.ceil((dataCount * percentage) / 100))
      // In a parity shard this field is parity.
      if (index < dataCount) expect(streamIndex).toBe(sequence)
    }
    expect(new Set(datagrams.map((datagram) => datagram.length))).toEqual(new Set([1408]))
  })

  test.each([1, 2, 3, 7, 10, 41])(
    '%i data shards survive the loss of as many as there is parity',
    (count) => {
      const packetizer = new Packetizer({ packetSize: 800, fecPercentage: 20, minimumParity: 2, key: null })
      const frame = bytes(count * 784 - 8)
      const datagrams = packetizer.packetize(frame, true, 90)
      const parity = datagrams.length - count
      expect(parity).toBe(Math.max(2, Math.ceil(count * 0.2)))
      const lost = Math.min(parity, count)
      const [fromFront, fromBack] = [
        datagrams.slice(lost),
        datagrams.filter((_, index) => index < count - lost || index >= count),
      ]
      for (const left of [fromFront, fromBack]) {
        expect(rebuildFrames(left).get(1)).toMatchObject({ type: 2, exact: frame })
      }
      if (count > parity) expect(rebuildFrames(datagrams.slice(parity + 1)).get(1)).toBeNull()
    },
  )
})
