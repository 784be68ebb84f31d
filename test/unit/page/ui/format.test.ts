import { afterEach, describe, expect, test } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDay,
  formatElapsed,
  formatMs,
  formatPercent,
  formatRate,
  formatRunning,
  formatTemperature,
  formatTimeLeft,
  formatUsed,
} from '../../../../src-renderer/ui/format.ts'
import { wishForLanguage } from '../../../../src-renderer/ui/texts.ts'

const minute = 60_000
const hour = 60 * minute
const gibibyte = 2 ** 30

afterEach(() => wishForLanguage('en'))

describe('figures of the page', () => {
  test.each([
    [0, '0.0s', '0.0초'],
    [412, '0.4s', '0.4초'],
    [9_949, '9.9s', '9.9초'],
    [9_960, '10s', '10초'],
    [59_999, '59s', '59초'],
    [3 * minute + 5_000, '3m 05s', '3분 05초'],
    [hour + 2 * minute, '1h 02m', '1시간 02분'],
    [-5, '0.0s', '0.0초'],
  ])('a step of %i ms took %s', (ms, english, korean) => {
    expect(formatElapsed(ms)).toBe(english)
    wishForLanguage('ko')
    expect(formatElapsed(ms)).toBe(korean)
  })

  test.each([
    [999, '0s'],
    [1_000, '1s'],
    [12_700, '12s'],
    [61_000, '1m 01s'],
  ])('a step that runs for %i ms shows whole seconds: %s', (ms, words) =>
    expect(formatRunning(ms)).toBe(words),
  )

  test.each([
    [7 * hour + 12 * minute + 59_000, '7h 12m', '7시간 12분'],
    [5 * minute, '5m', '5분'],
    [5 * minute - 1, '4m 59s', '4분 59초'],
    [-1, '0m 00s', '0분 00초'],
  ])('%i ms left read %s: seconds only near the end', (ms, english, korean) => {
    expect(formatTimeLeft(ms)).toBe(english)
    wishForLanguage('ko')
    expect(formatTimeLeft(ms)).toBe(korean)
  })

  test.each([
    [0, 'just now', '방금 전'],
    [12_000, '12s ago', '12초 전'],
    [3 * minute, '3m ago', '3분 전'],
    [2 * hour, '2h ago', '2시간 전'],
  ])('an answer of %i ms ago: %s', (ms, english, korean) => {
    expect(formatAge(ms)).toBe(english)
    wishForLanguage('ko')
    expect(formatAge(ms)).toBe(korean)
  })

  test('rates, sizes and round trips have their unit, and a dash where nothing was measured', () => {
    expect([formatRate(870), formatRate(5870), formatRate(null)]).toEqual(['870 kbit/s', '5.9 Mbit/s', '–'])
    expect([999, 20_480, 812_345_678].map(formatBytes)).toEqual(['999 byte', '20 kB', '812.3 MB'])
    expect([formatUsed(1.879 * gibibyte, 45 * gibibyte), formatUsed(412 * gibibyte, 500 * gibibyte)]).toEqual(
      ['1.9 of 45.0 GiB', '412 of 500 GiB'],
    )
    expect([formatPercent(37.6), formatPercent(null)]).toEqual(['38%', '–'])
    expect([formatMs(1.24), formatMs(18.4), formatMs(null)]).toEqual(['1.2 ms', '18 ms', '–'])
    expect([formatCount(12_345), formatCount(0.5, 2), formatTemperature(61.4)]).toEqual([
      '12,345',
      '0.50',
      '61°C',
    ])
  })

  test('the same figures in Korean', () => {
    wishForLanguage('ko')
    expect([formatRate(870), formatRate(5870)]).toEqual(['870kbit/s', '5.9Mbit/s'])
    expect([20_480, 812_345_678].map(formatBytes)).toEqual(['20kB', '812.3MB'])
    expect(formatUsed(1.879 * gibibyte, 45 * gibibyte)).toBe('45.0GiB 중 1.9GiB')
    expect([formatPercent(37.6), formatMs(18.4), formatTemperature(61)]).toEqual(['38%', '18ms', '61°C'])
  })

  test('a time of day names its day where it is another one; a day is written as the language does', () => {
    const [noon, night] = [new Date(2027, 10, 14, 14, 5).getTime(), new Date(2027, 10, 14, 23, 59).getTime()]
    expect([formatClock(noon, night), formatClock(noon, night + hour)]).toEqual(['14:05', 'Sun 14:05'])
    expect(formatDay(noon)).toBe('14 November 2027')
    wishForLanguage('ko')
    expect([formatClock(noon, night), formatClock(noon, night + hour)]).toEqual(['14:05', '(일) 14:05'])
    expect(formatDay(noon)).toBe('2027년 11월 14일')
  })
})
