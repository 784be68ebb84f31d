/** A job's times in words: when it is expected to start, and how long it still runs. */

import { asText, type Text } from '../shared/texts/index.ts'

const minuteMs = 60_000
/** Warnings before the job's limit, in minutes, the earliest first. */
const warnings = [15, 5]

/**
 * Why a job waits, and when it is expected to start.
 * @param startsAt Slurm's estimate, Unix ms; null where it has none
 * @param typicalErrorMs how far such estimates were off lately; null: not known
 */
export function describeWaiting(reason: Text, startsAt: number | null, typicalErrorMs: number | null): Text {
  if (startsAt === null) return reason
  const expected = { reason, at: startsAt }
  if (typicalErrorMs === null) return asText('waiting.expected', expected)
  const minutes = Math.round(typicalErrorMs / minuteMs)
  return minutes < 1
    ? asText('waiting.expectedClosely', expected)
    : asText('waiting.expectedAbout', { ...expected, minutes })
}

/** Clocks of well-kept computers, and a question's way there and back, differ by less. */
const sameClockMs = minuteMs

/**
 * When a job runs, by this computer's clock: it may differ from the cluster's by hours, and the user lives by it.
 * @param job its times by the cluster's clock, Unix ms, and how long it has run by that clock, ms
 * @param now by this computer's, Unix ms
 */
export function byOwnClock(
  { startsAt, endsAt, ageMs }: { startsAt: number | null; endsAt: number | null; ageMs: number | null },
  now: number,
): { startsAt: number | null; endsAt: number | null } {
  const ahead = startsAt === null || ageMs === null ? 0 : now - (startsAt + ageMs)
  if (Math.abs(ahead) < sameClockMs) return { startsAt, endsAt }
  const shifted = (at: number | null): number | null => (at === null ? null : at + ahead)
  return { startsAt: shifted(startsAt), endsAt: shifted(endsAt) }
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
): { threshold: number; text: Text } | null {
  if (endsAt === null) return null
  const left = endsAt - now
  const threshold = warnings.findLast((minutes) => left <= minutes * minuteMs)
  if (threshold === undefined || left <= 0) return null
  return {
    threshold,
    text: asText('desktop.warning.endsAt', { at: endsAt }),
  }
}
