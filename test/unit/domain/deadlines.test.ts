/** How long each step of a connection may take, as users meet it. */
import { expect, test } from 'vitest'
import { createActor, SimulatedClock } from 'xstate'
import { createDesktopMachine, deadlinesOf, defaultDeadlines } from '../../../src-main/domain/desktop.ts'
import { lastAttemptMs, worthRetrying } from '../../../src-main/domain/retry.ts'
import { stepNames, type StepName } from '../../../src-main/shared/model/desktop.ts'
import { type ErrorKind } from '../../../src-main/shared/errors.ts'
import { someFailure } from '../../support/some-failure.ts'

const seconds: Partial<Record<StepName, number>> = {
  'signing-in': 45,
  requesting: 45,
  starting: 60,
  tunnelling: 90,
  pairing: 60,
  launching: 90,
}

/** A connection that comes as far as `hanging`, whose work never ends; nor does the clean-up. */
function standingAt(hanging: StepName) {
  const never = (): Promise<void> => new Promise(() => undefined)
  const actors = Object.fromEntries(
    stepNames.map((name) => [name, name === hanging ? never : (): Promise<void> => Promise.resolve()]),
  ) as Record<StepName, () => Promise<void>>
  const clock = new SimulatedClock()
  const machine = createDesktopMachine(
    stepNames,
    { ...actors, reconnecting: never, cleaningUp: never },
    { ...defaultDeadlines, queued: 1e9, 'waiting-for-host': 1e9, reconnecting: 1e9 },
  )
  const actor = createActor(machine, { clock }).start()
  actor.send({ type: 'START' })
  const state = (): string => {
    const { value } = actor.getSnapshot()
    return typeof value === 'string' ? value : (Object.keys(value)[0] ?? '')
  }
  return { actor, clock, state }
}
/** Lets steps follow each other that are done at once. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

test.each(Object.entries(seconds) as [StepName, number][])('%s: %i seconds', async (step, limit) => {
  const { clock, state } = standingAt(step)
  await settle()
  expect(state()).toBe(step)
  clock.increment(limit * 1000 - 1)
  expect(state()).toBe(step)
  clock.increment(1)
  expect(state()).toBe('failing')
})

test('a question is waited for ten minutes, in which the step’s own time is paused', async () => {
  const { actor, clock, state } = standingAt('pairing')
  await settle()
  actor.send({ type: 'ASKED' })
  clock.increment(599_999)
  expect(state()).toBe('pairing')
  clock.increment(1)
  expect(state()).toBe('failing')
})

test('putting away has a minute and a half', async () => {
  const { actor, clock, state } = standingAt('pairing')
  await settle()
  actor.send({ type: 'DISCONNECT' })
  clock.increment(89_999)
  expect(state()).toBe('leaving')
  clock.increment(1)
  expect(state()).toBe('ended')
})

test('an end that was not seen is reported as failed', async () => {
  const { actor, clock, state } = standingAt('pairing')
  await settle()
  actor.send({ type: 'END' })
  clock.increment(90_000)
  expect(state()).toBe('failed')
  expect(actor.getSnapshot().context.failure?.kind).toBe('deadline-exceeded')
})

test('the last attempt to reconnect has a minute', () => {
  expect(lastAttemptMs).toBe(60_000)
})

test.each<[ErrorKind, boolean]>([
  ['link-lost', true],
  ['login-unreachable', true],
  ['host-not-ready', true],
  ['host-key-changed', false],
  ['host-key-unknown', false],
  ['certificate-mismatch', false],
  ['untrusted-certificate', false],
  ['auth-refused', false],
  ['cancelled', false],
  ['job-ended-early', false],
])('after %s another attempt is made: %s', (kind, again) => {
  expect(worthRetrying(someFailure(kind).failure)).toBe(again)
})

test('what trying again cannot mend is not tried again, whatever its kind', () => {
  const { failure } = someFailure('bad-request')
  expect([worthRetrying(failure), worthRetrying({ ...failure, retryable: false })]).toEqual([true, false])
})

test('what a profile limits: its own times, and a little more where what waits gives up by itself', () => {
  const limits = { queueSeconds: 100, hostReadySeconds: 20, reconnectSeconds: 5 }
  expect(deadlinesOf(limits, false)).toEqual({
    ...defaultDeadlines,
    queued: 100_000,
    'waiting-for-host': 50_000,
    reconnecting: 65_000,
  })
  expect(deadlinesOf(limits, true).starting).toBe(20_000)
})
