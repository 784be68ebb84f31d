/** A lost stream: how long one attempt may take, what ends the attempts, what is said of them. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { reconnect } from '../../../../src-main/services/desktop/reconnect.ts'
import { type Failure } from '../../../../src-main/shared/errors.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { isSettled, startFakeClock, type FakeClock } from '../../../support/fake-clock.ts'
import { someFailure } from '../../../support/some-failure.ts'

let clock: FakeClock
beforeEach(() => void (clock = startFakeClock()))
afterEach(() => clock.restore())

/** A node on which each attempt fails with `kind` once the host has been waited for as long as it may. */
function attempts(kind: Failure['kind'], limitMs: number) {
  const waits: number[] = []
  const session = {
    id: 'ml-ada-1',
    jobId: '7',
    port: 47_989,
    imageId: null,
    createdAt: null,
    status: 'running',
  }
  const job = {
    look: async () => undefined,
    doing: async () => null,
    evidence: async () => [],
    node: 'n1',
    owner: null,
  }
  const outcome = failureOf(
    reconnect({
      path: {
        close: async () => undefined,
        open: async () => undefined,
        launch: async () => undefined,
        async waitForHost(_placed, ms) {
          waits.push(ms)
          await new Promise((resolve) => setTimeout(resolve, ms))
          throw someFailure(kind)
        },
      },
      place: async () => ({ session, job }),
      pair: async () => undefined,
      ...{ limitMs, signal: new AbortController().signal },
    }),
  )
  return { outcome, waits }
}

test('a host that does not answer has eight seconds in each attempt, until the time is over', async () => {
  const { outcome, waits } = attempts('host-not-ready', 30_000)
  await clock.pass(29_900)
  expect(await isSettled(outcome)).toBe(false)
  await clock.pass(10_000)
  // Pauses of 0.5, 1, 2 and 4 s between them.
  expect(waits).toEqual([8000, 8000, 8000, 8000])
  expect(await outcome).toMatchObject({
    kind: 'gave-up',
    evidence: [1, 2, 3, 4].map((number) => ({ label: 'attempt', values: { number } })),
  })
})

test('what no attempt can mend ends them', async () => {
  const { outcome, waits } = attempts('auth-refused', 30_000)
  await clock.pass(8500)
  expect([(await outcome).kind, waits.length]).toEqual(['auth-refused', 1])
})

test('a host that answers is paired with before its stream is launched', async () => {
  const done: string[] = []
  const note = (what: string) => async () => void done.push(what)
  const outcome = reconnect({
    path: { close: note('close'), open: note('open'), waitForHost: note('wait'), launch: note('launch') },
    place: async () => ({}) as never,
    pair: note('pair'),
    ...{ limitMs: 30_000, signal: new AbortController().signal },
  })
  await clock.pass(500)
  await outcome
  expect(done).toEqual(['close', 'open', 'wait', 'pair', 'launch'])
})
