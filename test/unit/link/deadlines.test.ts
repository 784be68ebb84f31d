/** Deadlines of one request: they end what takes too long, all steps draw on one budget, and questions cost nothing. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadlines } from '../../../src-main/link-process/deadlines.ts'
import { failureOf } from '../../support/failure-of.ts'
import { isSettled, startFakeClock, type FakeClock } from '../../support/fake-clock.ts'

let clock: FakeClock
beforeEach(() => {
  clock = startFakeClock()
})
afterEach(() => clock.restore())
const never = new Promise<never>(() => undefined)

test('ends what takes longer, a tenth of a second late at most', async () => {
  const outcome = failureOf(new Deadlines().start(1000).race('A step', never))
  await clock.pass(990)
  expect(await isSettled(outcome)).toBe(false)
  await clock.pass(110)
  expect(await outcome).toMatchObject({ kind: 'deadline-exceeded', message: 'A step took too long.' })
})

test('every step of a request draws on the same budget', async () => {
  const timer = new Deadlines().start(1000)
  const first = timer.race('First', new Promise((resolve) => setTimeout(resolve, 700)))
  await clock.pass(700)
  await first
  const second = failureOf(timer.race('Second', never))
  await clock.pass(450)
  expect(await isSettled(second)).toBe(true)
})

test('stands still while any question is open, and goes on after the last', async () => {
  const deadlines = new Deadlines()
  const outcome = failureOf(deadlines.start(1000).race('A step', never))
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const asked = answers.map(({ promise }) => deadlines.paused(() => promise))
  await clock.pass(60_000)
  answers[0]?.resolve()
  await asked[0]
  await clock.pass(60_000)
  expect(await isSettled(outcome)).toBe(false)
  answers[1]?.reject(new Error('the question went away'))
  await expect(asked[1]).rejects.toThrow('went away')
  await clock.pass(900)
  expect(await isSettled(outcome)).toBe(false)
  await clock.pass(200)
  expect(await isSettled(outcome)).toBe(true)
})

test('passes on what comes in time, and no timer is left', async () => {
  const timer = new Deadlines().start(1000)
  expect(await timer.race('A step', Promise.resolve(7))).toBe(7)
  await expect(timer.race('A step', Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(vi.getTimerCount()).toBe(0)
})
