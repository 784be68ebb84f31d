/** Parity arithmetic against parity shards of a real host (whose code is nanors). */
import { describe, expect, test } from 'vitest'
import { multiply, readShard } from '../../../../support/depacketizer.ts'
import { recordedVideo, type VideoRecording } from '../../../../support/recordings.ts'
import { coefficient, encodeParity } from '../../../../site/host/video/reed-solomon.ts'

/** Recorded FEC blocks that arrived whole: payloads of their data and parity shards. */
function wholeBlocks(name: VideoRecording): { data: Buffer[]; parity: Buffer[] }[] {
  const blocks = Map.groupBy(
    recordedVideo(name).datagrams.map(readShard),
    ({ frame, block }) => `${frame}/${block}`,
  )
  return [...blocks.values()].map((shards) => {
    const dataCount = shards[0]?.dataCount ?? 0
    const payload = (parity: boolean): Buffer[] =>
      shards.filter(({ index }) => index >= dataCount === parity).map(({ bytes }) => bytes.subarray(32))
    return { data: payload(false), parity: payload(true) }
  })
}

describe('recorded parity', () => {
  test.each<[VideoRecording, [number, number][]]>([
    [
      'clear',
      [
        [1, 2],
        [2, 2],
        [3, 2],
      ],
    ],
    ['multiblock', [[31, 7]]],
  ])('%s: is what the arithmetic gives', (name, shapes) => {
    const blocks = wholeBlocks(name)
    for (const [data, parity] of shapes) {
      expect(blocks.some((block) => block.data.length === data && block.parity.length === parity)).toBe(true)
    }
    for (const { data, parity } of blocks) {
      expect(encodeParity(data, parity.length).map((shard) => shard.toString('hex'))).toEqual(
        parity.map((shard) => shard.toString('hex')),
      )
    }
  })
})

describe('the code', () => {
  test('a coefficient times its divisor is one, for every block that fits', () => {
    for (const [parityCount, dataCount] of [
      [2, 1],
      [7, 31],
      [43, 212],
      [127, 128],
    ] as const) {
      for (let row = 0; row < parityCount; row++) {
        for (let column = 0; column < dataCount; column++) {
          expect(multiply(coefficient(parityCount, row, column), (parityCount + column) ^ row)).toBe(1)
        }
      }
    }
  })

  test('more than 255 shards are refused', () => {
    const data = Array.from({ length: 213 }, () => Buffer.alloc(4))
    expect(() => encodeParity(data, 43)).toThrow('too many')
    expect(encodeParity(data.slice(1), 43)).toHaveLength(43)
  })
})
