/** A picture as large as the screen. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { videoRequestSchema } from '../../../../../src-main/shared/model/desktop.ts'
import { videoOfScreen } from '../../../../../src-renderer/features/connect/store.ts'

test.each([
  ['a notebook', 1366, 768, 1, 1366, 768],
  ['a wide one', 3440, 1440, 1, 3440, 1440],
  ['a very wide one', 5120, 1440, 1, 5120, 1440],
  ['one on its side', 1080, 1920, 1, 1080, 1920],
  ['one at 150 %, whose CSS pixels are a fraction', 1706.67, 1066.67, 1.5, 2560, 1600],
  ['an odd one', 1367, 769, 1, 1366, 768],
])('B51: %s', (_what, width, height, ratio, wide, high) => {
  expect(videoOfScreen({ width, height }, ratio)).toMatchObject({ width: wide, height: high })
})

test('B51: whatever screen it is, the app takes the size as it is', () => {
  const count = fc.double({ min: 1, max: 20_000, noNaN: true })
  fc.assert(
    fc.property(count, count, fc.double({ min: 0.25, max: 5, noNaN: true }), (width, height, ratio) => {
      const video = videoOfScreen({ width, height }, ratio)
      expect(videoRequestSchema.parse(video)).toEqual(video)
    }),
  )
})

test('B51: an odd size that is asked for some other way becomes an even one', () => {
  const asked = { width: 1367, height: 769, fps: 30, bitrateKbps: 8000 }
  expect(videoRequestSchema.parse(asked)).toMatchObject({ width: 1366, height: 768 })
})
