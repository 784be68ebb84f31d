/** The list of steps that page and command line show, derived from the machine's states. */
import {
  stepNames,
  type DesktopKind,
  type DesktopState,
  type Step,
  type StepName,
} from '../shared/model/desktop.ts'
import type { Text } from '../shared/texts/index.ts'

/** The steps of a kind of desktop, in the order in which they happen: a VNC server is neither paired with nor launched. */
export const stepsOf = (kind: DesktopKind): readonly StepName[] =>
  kind === 'stream' ? stepNames : stepNames.slice(0, stepNames.indexOf('pairing'))

export function pendingSteps(kind: DesktopKind): Step[] {
  return stepsOf(kind).map((name) => ({ name, status: 'pending', startedAt: null, ms: null, detail: null }))
}

/**
 * Steps after the machine went from one state to another.
 * @param now Unix time in ms
 */
export function advanceSteps(
  steps: readonly Step[],
  from: DesktopState,
  to: DesktopState,
  now: number,
): Step[] {
  return steps.map((step) => {
    if (step.name === from && step.status === 'active') {
      const status =
        to === 'failed' || to === 'ending' || to === 'ended' ? ('failed' as const) : ('done' as const)
      return { ...step, status, ms: step.startedAt === null ? null : Math.max(0, now - step.startedAt) }
    }
    return step.name === to ? { ...step, status: 'active' as const, startedAt: now, ms: null } : step
  })
}

/** Sets the line of progress under the active step. @param blocked waiting alone does not end what it says */
export function describeStep(
  steps: readonly Step[],
  name: StepName,
  detail: Text | null,
  blocked = false,
): Step[] {
  return steps.map((step) => (step.name === name ? { ...step, detail, blocked: blocked || undefined } : step))
}

/** Why the step under way does not end by itself; null: it does. */
export function blockedBy(steps: readonly Step[]): Text | null {
  return steps.find(({ status, blocked }) => status === 'active' && blocked)?.detail ?? null
}

/** Shorter, and people are still looking at the window. */
const longQueueMs = 30_000

/** Whether the user had to wait for the cluster. */
export const waitedInQueue = (steps: readonly Step[]): boolean =>
  steps.some(({ name, ms }) => name === 'queued' && (ms ?? 0) >= longQueueMs)
