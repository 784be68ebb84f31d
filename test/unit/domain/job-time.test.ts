import { describe, expect, test } from 'vitest'
import {
  byOwnClock,
  describeWaiting,
  estimateError,
  timeLeftWarning,
} from '../../../src-main/domain/job-time.ts'
import { advanceSteps, pendingSteps, waitedInQueue } from '../../../src-main/domain/steps.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'
import { said } from '../../support/texts.ts'

const minute = 60_000
const at = new Date(2026, 0, 2, 14, 20).getTime()

test.each([
  [null, 5 * minute, 'Waiting for a free node'],
  [at, null, 'Waiting for a free node; expected at 14:20'],
  [
    at,
    10 * minute,
    'Waiting for a free node; expected at 14:20; such estimates were off by about 10 min lately',
  ],
  [
    at,
    20_000,
    'Waiting for a free node; expected at 14:20; such estimates were off by less than a minute lately',
  ],
])('start %s, typical error %s', (startsAt, error, words) => {
  expect(said(describeWaiting(asText('waiting.reasons.resources'), startsAt, error))).toBe(words)
})

test.each([
  ['none made', null, at, null],
  ['start unknown', { startsAt: at, at: at - 5 * minute }, null, null],
  ['late', { startsAt: at, at: at - 5 * minute }, at + 3 * minute, 3 * minute],
  ['early', { startsAt: at, at: at - 5 * minute }, at - 2 * minute, 2 * minute],
  ['made just before', { startsAt: at, at: at - 10_000 }, at + minute, null],
])('estimate: %s', (_name, first, started, error) => expect(estimateError(first, started)).toBe(error))

const hour = 60 * minute
test.each([
  ['nine hours ahead of the cluster: local time taken for UTC', 9 * hour],
  ['nine hours behind it', -9 * hour],
])('a computer whose clock is %s shows the time that is left', (_what, ahead) => {
  const job = { startsAt: at, endsAt: at + 8 * hour, ageMs: 3 * hour }
  const now = at + 3 * hour + ahead
  const own = byOwnClock(job, now)
  expect([now - own.startsAt!, own.endsAt! - now]).toEqual([3 * hour, 5 * hour])
})

test.each([
  ['the clocks agree', { startsAt: at, endsAt: null, ageMs: hour }, at + hour + 3000],
  ['the job does not run', { startsAt: at, endsAt: at + hour, ageMs: null }, at - hour],
  ['no start is known', { startsAt: null, endsAt: at, ageMs: null }, at],
])('where %s its times are Slurm’s', (_what, job, now) => {
  expect(byOwnClock(job, now)).toEqual({ startsAt: job.startsAt, endsAt: job.endsAt })
})

describe('the end of the job', () => {
  test.each([
    [20, null],
    [15.1, null],
    [15, 15],
    [5.1, 15],
    [5, 5],
    [0.1, 5],
    [0, null],
    [-1, null],
  ])('%d minutes before', (minutes, threshold) => {
    expect(timeLeftWarning(at, at - minutes * minute)?.threshold ?? null).toBe(threshold)
  })
  test('says when', () => expect(said(timeLeftWarning(at, at - minute)?.text)).toContain('14:20'))
  test('is not known', () => expect(timeLeftWarning(null, at)).toBeNull())
})

test.each([
  [29_000, false],
  [31_000, true],
])('%d ms in the queue are worth a word: %s', (ms, expected) => {
  const queued = advanceSteps(pendingSteps('stream'), 'requesting', 'queued', at)
  expect(waitedInQueue(advanceSteps(queued, 'queued', 'starting', at + ms))).toBe(expected)
})
