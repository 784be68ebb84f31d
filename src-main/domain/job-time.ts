/** A job's times in words: when it is expected to start, and how long it still runs. */

const minuteMs = 60_000
/** Warnings before the job's limit, in minutes, the earliest first. */
const warnings = [15, 5]

const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 5)

/**
 * @param startsAt Slurm's estimate, Unix ms; null where it has none
 * @param typicalErrorMs how far such estimates were off lately; null: not known
 */
export function describeExpectedStart(startsAt: number | null, typicalErrorMs: number | null): string | null {
  if (startsAt === null) return null
  const expected = `expected at ${clock(startsAt)}`
  if (typicalErrorMs === null) return expected
  const minutes = Math.round(typicalErrorMs / minuteMs)
  const off = minutes < 1 ? 'less than a minute' : `about ${minutes} min`
  return `${expected}; such estimates were off by ${off} lately`
}

/** An estimate of less than this proves nothing about estimates. */
const shortestEstimateMs = minuteMs

/**
 * How far off an estimate was, ms; null: it was none worth counting.
 * @param first the first estimate and when it was made
 */
export const estimateError = (
  first: { startsAt: number; at: number } | null,
  started: number | null,
): number | null =>
  first === null || started === null || first.startsAt - first.at < shortestEstimateMs
    ? null
    : Math.abs(started - first.startsAt)

/** The warning that holds now: the minutes of its threshold and its words; null while there is time. */
export function timeLeftWarning(
  endsAt: number | null,
  now: number,
): { threshold: number; words: string } | null {
  if (endsAt === null) return null
  const left = endsAt - now
  const threshold = warnings.findLast((minutes) => left <= minutes * minuteMs)
  if (threshold === undefined || left <= 0) return null
  return {
    threshold,
    words: `Your session ends at ${clock(endsAt)}, when its job reaches its time limit: save your work.`,
  }
}
