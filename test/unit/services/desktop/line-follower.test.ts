/** What is asked of hosts of both kinds, how often, and what the desktop shows of it meanwhile. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LineMeasurement } from '../../../../src-main/domain/line-pace.ts'
import {
  LineFollower,
  type LineFollowerOptions,
} from '../../../../src-main/services/desktop/line-follower.ts'
import { fail } from '../../../../src-main/shared/errors.ts'
import type { LineFacts, LinkFacts, Pace } from '../../../../src-main/shared/model/desktop.ts'
import { startFakeClock, type FakeClock } from '../../../support/fake-clock.ts'

let clock: FakeClock
beforeEach(() => {
  clock = startFakeClock()
})
afterEach(() => clock.restore())

const asked = { width: 1280, height: 720, fps: 30, bitrateKbps: 8000 }
const empty = (carriedKbps: number): LineFacts => ({ narrow: false, carriedKbps, pathMs: 20, queueMs: 0 })
const full = (carriedKbps: number): LineFacts => ({ narrow: true, carriedKbps, pathMs: 20, queueMs: 150 })
const link: LinkFacts = {
  ...{ roundTripMs: 20, unacknowledgedBytes: 0, receivedBytes: 0, sentBytes: 0, droppedFrames: 0 },
  line: null,
}

function following(change: Partial<LineFollowerOptions> = {}) {
  const seen = {
    line: full(2000) as LineFacts | null,
    measured: { carriedKbps: 20_000, atLeast: true } as LineMeasurement,
    done: [] as string[],
    shown: [] as Pace[],
    lost: [] as string[],
  }
  const follower = new LineFollower({
    ...{ asked, measured: null, before: null, now: () => Date.now() },
    facts: () => Promise.resolve({ ...link, line: seen.line }),
    usedKbps: () => seen.line?.carriedKbps ?? 0,
    measure() {
      seen.done.push('measure')
      return Promise.resolve(seen.measured)
    },
    changeLive(kbps) {
      seen.done.push(`live ${kbps}`)
      return Promise.resolve(false)
    },
    async resume({ bitrateKbps, fps }) {
      seen.done.push(`resume ${bitrateKbps} ${fps}`)
      await new Promise((resolve) => setTimeout(resolve, 800))
    },
    report: (pace) => seen.shown.push(pace),
    onLost: ({ reason }) => seen.lost.push(reason),
    ...change,
  })
  return { follower, seen }
}

test('nothing is asked while the line carries it, and what is sent is shown once', async () => {
  const { follower, seen } = following()
  seen.line = empty(5000)
  follower.start()
  await clock.pass(60_000)
  expect([seen.done, seen.shown.length]).toEqual([[], 1])
  expect(seen.shown[0]).toEqual({
    ...{ ...asked, askedKbps: 8000, why: 'asked', lineKbps: null, weak: false, changingSince: null },
    isSmaller: false,
    changes: [],
  })
  follower.stop()
})

test('a host that can only resume: asked once whether it takes another rate live, then resumed, and that is announced', async () => {
  const { follower, seen } = following()
  follower.start()
  await clock.pass(1600)
  expect(seen.done).toEqual(['live 1600', 'resume 1600 30'])
  const since = seen.shown.at(-1)?.changingSince
  expect(since).toBeGreaterThan(0)
  expect(seen.shown.at(-1)).toMatchObject({ why: 'asked', bitrateKbps: 8000 })
  await clock.pass(900)
  expect(seen.shown.at(-1)).toMatchObject({
    ...{ why: 'line', bitrateKbps: 1600, lineKbps: 2000, changingSince: null },
    changes: [{ bitrateKbps: 1600, fps: 30, by: 'resume', at: (since ?? 0) + 800 }],
  })
  seen.line = full(1000)
  await clock.pass(9000)
  expect(seen.done).toHaveLength(2)
  await clock.pass(2500)
  expect(seen.done.slice(2)).toEqual(['resume 800 20'])
  follower.stop()
})

test('a host that takes it live is not resumed for another rate', async () => {
  const done: number[] = []
  const { follower, seen } = following({
    changeLive: (kbps) => Promise.resolve(done.push(kbps) > 0),
  })
  follower.start()
  await clock.pass(1600)
  expect(seen.shown.at(-1)).toMatchObject({ bitrateKbps: 1600, changes: [{ by: 'live' }] })
  seen.line = empty(1200)
  await clock.pass(20_000)
  expect(done).toEqual([1600, 8000])
  expect(seen.done).toEqual(['measure'])
  expect(seen.shown.at(-1)).toMatchObject({ why: 'asked', bitrateKbps: 8000, lineKbps: null })
  expect(seen.shown.every(({ changingSince }) => changingSince === null)).toBe(true)
  follower.stop()
})

test('a host that does not answer is asked again', async () => {
  let answers = false
  const { follower, seen } = following({
    changeLive: () => (answers ? Promise.resolve(true) : Promise.reject(fail('host-not-ready', 'no-answer'))),
  })
  follower.start()
  await clock.pass(1600)
  expect([seen.done, seen.lost]).toEqual([[], []])
  answers = true
  await clock.pass(500)
  expect(seen.shown.at(-1)).toMatchObject({ bitrateKbps: 1600 })
  follower.stop()
})

test('a stream that cannot be resumed is lost, once', async () => {
  const { follower, seen } = following({
    resume: () => Promise.reject(fail('stream-timeout', 'not-started')),
  })
  follower.start()
  await clock.pass(30_000)
  expect(seen.lost).toEqual(['not-started'])
})

test('one that was stopped meanwhile is not lost, and its change is over', async () => {
  const { follower, seen } = following()
  follower.start()
  await clock.pass(1600)
  follower.stop()
  await clock.pass(30_000)
  expect(seen.shown.map(({ changingSince }) => changingSince !== null)).toEqual([false, true, false])
  expect(seen.lost).toEqual([])
})

test('after a loss the last rate and the list of changes continue', () => {
  const before: Pace = {
    ...{ ...asked, bitrateKbps: 1600, askedKbps: 8000, why: 'line', lineKbps: 2000, weak: true },
    isSmaller: false,
    ...{ changingSince: 5, changes: [{ ...asked, at: 7, bitrateKbps: 1600, by: 'resume' }] },
  }
  const { follower, seen } = following({ before })
  expect(follower.video).toEqual({ ...asked, bitrateKbps: 1600 })
  follower.start()
  expect(seen.shown).toMatchObject([{ changingSince: null, weak: false, changes: before.changes }])
  follower.stop()
})
