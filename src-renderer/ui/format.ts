/** Numbers and times as words. All durations in ms. */

const unknown = '–'

/** Time that a step took or is taking: `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.max(10, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`
  return `${Math.floor(whole / 3600)} h ${twoDigits(Math.floor((whole % 3600) / 60))} min`
}

/** Like `formatElapsed`, in whole seconds: for a step that still runs, so that the figure does not flicker. */
export function formatRunning(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  return seconds < 10 ? `${seconds} s` : formatElapsed(seconds * 1000)
}

/** Time left, calm: whole minutes; seconds only in the last five minutes. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 300) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
}

/** Age of an answer: `just now`, `12 s ago`, `3 min ago`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return `${Math.floor(seconds / 3600)} h ago`
}

export function formatMs(ms: number | null): string {
  if (ms === null) return unknown
  return `${ms < 9.95 ? ms.toFixed(1) : Math.round(ms)} ms`
}

export function formatPercent(percent: number | null): string {
  return percent === null ? unknown : `${Math.round(percent)} %`
}

export function formatRate(kbps: number | null): string {
  if (kbps === null) return unknown
  return kbps < 1000 ? `${Math.round(kbps)} kbit/s` : `${(kbps / 1000).toFixed(1)} Mbit/s`
}

/** Bytes in decimal units, as networks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${(bytes / 1e9).toFixed(2)} GB`
}

/** Used and whole size of a memory or disk, in one binary unit: `1.9 of 45.0 GiB`. */
export function formatUsed(used: number, total: number): string {
  const units = ['MiB', 'GiB', 'TiB', 'PiB']
  let step = 2 ** 20
  let unit = 0
  while (total >= step * 1024 && unit < units.length - 1) {
    step *= 1024
    unit++
  }
  const digits = total / step < 100 ? 1 : 0
  return `${(used / step).toFixed(digits)} of ${(total / step).toFixed(digits)} ${units[unit]}`
}

export function formatCount(count: number): string {
  return count.toLocaleString('en')
}

/** Time of day, with the day's name where it is not today: `14:05`, `Thu 14:05`. */
export function formatClock(at: number, now: number): string {
  const date = new Date(at)
  const time = `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`
  if (date.toDateString() === new Date(now).toDateString()) return time
  return `${date.toLocaleDateString('en', { weekday: 'short' })} ${time}`
}

/** A day, the same in every place: `14 November 2027`. */
export function formatDay(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
