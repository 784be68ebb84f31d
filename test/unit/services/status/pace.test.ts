/** Each source at its own pace: a site is asked no more often than it was promised. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Poller } from '../../../../src-main/services/status/poller.ts'
import { usualPace } from '../../../../src-main/services/status/site-watch.ts'
import { requestedParts } from '../../../../src-main/shared/model/status.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the promised pauses: sessions 3 s, nodes 15 s, disks 30 s, walks over whole trees on request alone', () => {
  expect(usualPace).toMatchObject({ sessions: 3000, nodes: 15_000, disks: 30_000 })
  for (const part of requestedParts) expect(usualPace).not.toHaveProperty(part)
})

/** @param answer how long each answer takes, ms; a negative one fails after that time */
function asked(paceMs: number, answer: () => number) {
  const times: number[] = []
  const begin = Date.now()
  const poller = new Poller(async () => {
    times.push(Date.now() - begin)
    const ms = answer()
    await new Promise((resolve) => setTimeout(resolve, Math.abs(ms)))
    if (ms < 0) throw new Error('no answer')
  }, paceMs)
  return { poller, times }
}

test('the pause begins with the answer: a slow site is asked less often', async () => {
  const { poller, times } = asked(usualPace.nodes, () => 5000)
  await vi.advanceTimersByTimeAsync(60_000)
  poller.stop()
  expect(times).toEqual([0, 20_000, 40_000, 60_000])
})

test('failures double it, up to two minutes; one answer restores it', async () => {
  let ms = -0.5
  const { poller, times } = asked(3000, () => ms)
  await vi.advanceTimersByTimeAsync(600_000)
  const pauses = times.slice(1).map((at, index) => Math.round((at - times[index]!) / 1000))
  expect(pauses).toEqual([6, 12, 24, 48, 96, 120, 120, 120])
  ms = 0
  await vi.advanceTimersByTimeAsync(120_000)
  const count = times.length
  await vi.advanceTimersByTimeAsync(30_000)
  poller.stop()
  expect(times.length - count).toBe(10)
})

test('asked at once, also while an answer is under way, and never twice at a time; not after the end', async () => {
  const { poller, times } = asked(30_000, () => 1000)
  poller.now()
  poller.now()
  await vi.advanceTimersByTimeAsync(2500)
  expect(times).toHaveLength(2)
  expect(times[1]).toBeLessThan(1100)
  poller.now()
  expect(times).toHaveLength(3)
  poller.stop()
  poller.now()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(times).toHaveLength(3)
})
