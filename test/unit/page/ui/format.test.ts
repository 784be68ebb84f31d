import { describe, expect, test } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatElapsed,
  formatMs,
  formatPercent,
  formatRate,
  formatRunning,
  formatTimeLeft,
  formatUsed,
} from '../../../../src-renderer/ui/format.ts'

const minute = 60_000
const hour = 60 * minute

describe('figures of the page', () => {
  test.each([
    [0, '0.0 s'],
    [412, '0.4 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [59_999, '59 s'],
    [3 * minute + 5_000, '3 min 05 s'],
    [hour + 2 * minute, '1 h 02 min'],
    [-5, '0.0 s'],
  ])('a step of %i ms took %s', (ms, words) => expect(formatElapsed(ms)).toBe(words))

  test.each([
    [999, '0 s'],
    [1_000, '1 s'],
    [12_700, '12 s'],
    [61_000, '1 min 01 s'],
  ])('a step that runs for %i ms shows whole seconds: %s', (ms, words) =>
    expect(formatRunning(ms)).toBe(words),
  )

  test.each([
    [7 * hour + 12 * minute + 59_000, '7 h 12 min'],
    [5 * minute, '5 min'],
    [5 * minute - 1, '4 min 59 s'],
    [-1, '0 min 00 s'],
  ])('%i ms left read %s: seconds only near the end', (ms, words) => expect(formatTimeLeft(ms)).toBe(words))

  test.each([
    [0, 'just now'],
    [12_000, '12 s ago'],
    [3 * minute, '3 min ago'],
    [2 * hour, '2 h ago'],
  ])('an answer of %i ms ago: %s', (ms, words) => expect(formatAge(ms)).toBe(words))

  test('rates, sizes and round trips have their unit, and a dash where nothing was measured', () => {
    expect([formatRate(870), formatRate(5870), formatRate(null)]).toEqual(['870 kbit/s', '5.9 Mbit/s', '–'])
    expect([formatBytes(999), formatBytes(20_480), formatBytes(812_345_678)]).toEqual([
      '999 B',
      '20 kB',
      '812.3 MB',
    ])
    expect([formatUsed(1924 * 2 ** 20, 46_068 * 2 ** 20), formatUsed(412 * 2 ** 30, 500 * 2 ** 30)]).toEqual([
      '1.9 of 45.0 GiB',
      '412 of 500 GiB',
    ])
    expect([formatPercent(37.6), formatPercent(null)]).toEqual(['38 %', '–'])
    expect([formatMs(1.24), formatMs(18.4), formatMs(null)]).toEqual(['1.2 ms', '18 ms', '–'])
  })
})
