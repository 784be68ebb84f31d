/** Fewer pictures before smaller ones, nothing better than was asked for, and no change to and fro. */
import { expect, test } from 'vitest'
import { videoFor } from '../../../src-main/domain/picture-ladder.ts'

const asked = { width: 1920, height: 1080, fps: 30, bitrateKbps: 15_000 }
const of = (kbps: number, present = asked): string => {
  const { width, height, fps } = videoFor(asked, kbps, present)
  return `${width}x${height} ${fps}`
}

test('a rate that is enough leaves the picture alone', () => {
  expect(videoFor(asked, 15_000, asked)).toEqual(asked)
  expect(videoFor(asked, 20_000, asked)).toEqual(asked)
  expect(of(3200)).toBe('1920x1080 30')
})

test('fewer pictures first, then smaller ones', () => {
  expect([1600, 1000, 800, 500].map((kbps) => of(kbps))).toEqual([
    '1920x1080 20',
    '1920x1080 15',
    '1920x1080 10',
    '1440x810 10',
  ])
})

test('a picture that was asked for in a small size or slow stays so', () => {
  const small = { width: 400, height: 226, fps: 5, bitrateKbps: 2000 }
  expect(videoFor(small, 500, small)).toEqual({ ...small, bitrateKbps: 500 })
})

test('a better picture than the present one needs a rate that is clearly higher', () => {
  const slow = { ...asked, fps: 20 }
  expect(of(1900)).toBe('1920x1080 30')
  expect(of(1900, slow)).toBe('1920x1080 20')
  expect(of(2400, slow)).toBe('1920x1080 30')
})
