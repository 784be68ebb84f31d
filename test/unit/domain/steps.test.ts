import { describe, expect, test } from 'vitest'
import { advanceSteps, describeStep, pendingSteps } from '../../../src-main/domain/steps.ts'
import {
  stepNames,
  stepSchema,
  type DesktopState,
  type Step,
} from '../../../src-main/shared/model/desktop.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'

const waiting = asText('waiting.reasons.scheduler')

/** Steps after a walk through states, one second each. */
function after(...states: DesktopState[]): Step[] {
  let steps = pendingSteps('stream')
  let from: DesktopState = 'idle'
  for (const [index, to] of states.entries()) {
    steps = advanceSteps(steps, from, to, 1000 * (index + 1))
    from = to
  }
  return steps
}

const statuses = (steps: Step[]): string => steps.map(({ status }) => status).join(' ')

test('at first all are pending, in their order', () => {
  expect(pendingSteps('stream').map(({ name }) => name)).toEqual([...stepNames])
  expect(statuses(pendingSteps('stream'))).toBe(stepNames.map(() => 'pending').join(' '))
})

describe('advanceSteps', () => {
  test.each<[string, DesktopState[], string]>([
    ['the first begins', ['signing-in'], 'active pending pending'],
    ['the next begins', ['signing-in', 'requesting'], 'done active pending'],
    ['one fails', ['signing-in', 'requesting', 'failed'], 'done failed pending'],
    ['the user leaves', ['signing-in', 'ending', 'ended'], 'failed pending pending'],
  ])('%s', (_what, states, expected) => {
    expect(statuses(after(...states).slice(0, 3))).toBe(expected)
  })

  test('all are done once the picture is there, and stay so', () => {
    const allDone = stepNames.map(() => 'done').join(' ')
    for (const later of [[], ['reconnecting'], ['reconnecting', 'open'], ['ending', 'ended']])
      expect(statuses(after(...stepNames, 'open', ...(later as DesktopState[])))).toBe(allDone)
  })

  test('each has its start and, once over, its duration', () => {
    expect(after('signing-in', 'requesting').slice(0, 3)).toEqual([
      { name: 'signing-in', status: 'done', startedAt: 1000, ms: 1000, detail: null },
      { name: 'requesting', status: 'active', startedAt: 2000, ms: null, detail: null },
      { name: 'queued', status: 'pending', startedAt: null, ms: null, detail: null },
    ])
  })

  test('a clock that is set back gives no negative duration', () => {
    const steps = advanceSteps(pendingSteps('stream'), 'idle', 'signing-in', 5000)
    expect(advanceSteps(steps, 'signing-in', 'requesting', 1000)[0]?.ms).toBe(0)
  })

  test('changes nothing of what it is given', () => {
    const steps = pendingSteps('stream')
    const copy = structuredClone(steps)
    advanceSteps(steps, 'idle', 'signing-in', 1)
    describeStep(steps, 'queued', waiting)
    expect(steps).toEqual(copy)
  })
})

test('describeStep sets the one step’s line', () => {
  const steps = describeStep(pendingSteps('stream'), 'queued', waiting)
  expect(steps.filter(({ detail }) => detail !== null).map(({ name }) => name)).toEqual(['queued'])
  for (const step of steps) expect(stepSchema.safeParse(step).success).toBe(true)
  expect(describeStep(steps, 'queued', null)).toEqual(pendingSteps('stream'))
})
