/** Numbers and times as words of the page's language, by `Intl`. All durations in ms. */
import { currentLanguage, t } from './texts.ts'

const unknown = '–'
const mebibyte = 2 ** 20

/** Making one takes far longer than using it. */
const numberFormats = new Map<string, Intl.NumberFormat>()

function formatNumber(value: number, options: Intl.NumberFormatOptions): string {
  const language = currentLanguage()
  const key = `${language} ${JSON.stringify(options)}`
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(language, options)
  numberFormats.set(key, format)
  return format.format(value)
}

/** A count or a figure, with so many digits behind its point. */
export const formatCount = (value: number, digits = 0): string => formatNumber(value, exactly(digits))

const exactly = (digits: number): Intl.NumberFormatOptions => ({
  minimumFractionDigits: digits,
  maximumFractionDigits: digits,
})

const withUnit = (value: number, unit: string, options: Intl.NumberFormatOptions): string =>
  formatNumber(value, { style: 'unit', unit, unitDisplay: 'short', ...options })

type UnitOfTime = 'hour' | 'minute' | 'second'
/** One part of a duration: `3m`, `3분`. Parts after the first keep their width. */
const part = (value: number, unit: UnitOfTime, digits = 1): string =>
  withUnit(Math.floor(value), unit, { unitDisplay: 'narrow', minimumIntegerDigits: digits })

const minutesAndSeconds = (seconds: number): string =>
  `${part(seconds / 60, 'minute')} ${part(seconds % 60, 'second', 2)}`

const hoursAndMinutes = (seconds: number): string =>
  `${part(seconds / 3600, 'hour')} ${part((seconds % 3600) / 60, 'minute', 2)}`

/** Time that a step took or is taking: `0.4s`, `12s`, `3m 05s`, `1h 02m`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return withUnit(seconds, 'second', { unitDisplay: 'narrow', ...exactly(1) })
  const whole = Math.max(10, Math.floor(seconds))
  if (whole < 60) return part(whole, 'second')
  return whole < 3600 ? minutesAndSeconds(whole) : hoursAndMinutes(whole)
}

/** Like `formatElapsed`, in whole seconds: for a step that still runs, so that the figure does not flicker. */
export function formatRunning(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  return seconds < 10 ? part(seconds, 'second') : formatElapsed(seconds * 1000)
}

/** Time left, calm: whole minutes; seconds only in the last five minutes. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 300) return minutesAndSeconds(seconds)
  return seconds < 3600 ? part(seconds / 60, 'minute') : hoursAndMinutes(seconds)
}

/** Age of an answer: `just now`, `12s ago`, `3m ago`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 5) return t('figures.justNow')
  const ago = new Intl.RelativeTimeFormat(currentLanguage(), { style: 'narrow' })
  if (seconds < 60) return ago.format(-seconds, 'second')
  if (seconds < 3600) return ago.format(-Math.floor(seconds / 60), 'minute')
  return ago.format(-Math.floor(seconds / 3600), 'hour')
}

export function formatMs(ms: number | null): string {
  return ms === null ? unknown : withUnit(ms, 'millisecond', exactly(ms < 9.95 ? 1 : 0))
}

export function formatPercent(percent: number | null): string {
  return percent === null ? unknown : formatNumber(percent / 100, { style: 'percent' })
}

export function formatTemperature(celsius: number): string {
  return withUnit(celsius, 'celsius', exactly(0))
}

export function formatRate(kbps: number | null): string {
  if (kbps === null) return unknown
  return kbps < 1000
    ? t('figures.kilobits', { rate: formatCount(kbps) })
    : t('figures.megabits', { rate: formatCount(kbps / 1000, 1) })
}

/** Bytes in decimal units, as networks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return withUnit(bytes, 'byte', exactly(0))
  if (bytes < 1e6) return withUnit(bytes / 1e3, 'kilobyte', exactly(0))
  if (bytes < 1e9) return withUnit(bytes / 1e6, 'megabyte', exactly(1))
  return withUnit(bytes / 1e9, 'gigabyte', exactly(2))
}

/** Used and whole size of a memory or disk, in one binary unit: `1.9 of 45.0 GiB`. */
export function formatUsed(used: number, total: number): string {
  const units = ['MiB', 'GiB', 'TiB', 'PiB']
  let step = mebibyte
  let unit = 0
  while (total >= step * 1024 && unit < units.length - 1) {
    step *= 1024
    unit++
  }
  const digits = total / step < 100 ? 1 : 0
  return t('figures.used', {
    used: formatCount(used / step, digits),
    total: formatCount(total / step, digits),
    unit: units[unit] ?? '',
  })
}

/** Time of day, with the day's name where it is not today: `14:05`, `Thu 14:05`. */
export function formatClock(at: number, now: number): string {
  const today = new Date(at).toDateString() === new Date(now).toDateString()
  return new Intl.DateTimeFormat(currentLanguage(), {
    ...(today ? {} : { weekday: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
}

/** A day, the same in every place where the language is spoken: `14 November 2027`. */
export function formatDay(at: number): string {
  const language = currentLanguage() === 'en' ? 'en-GB' : currentLanguage()
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' }).format(at)
}
