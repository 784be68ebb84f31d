/** The desktop's machine with steps that a test settles by hand and a clock that a test turns. */
import { createActor, SimulatedClock, waitFor } from 'xstate'
import {
  createDesktopMachine,
  type DesktopEvent,
  type Ending,
  type StepDeadlines,
} from '../../../src-main/domain/desktop.ts'
import { type Failure } from '../../../src-main/shared/errors.ts'
import { stepNames, type StepName } from '../../../src-main/shared/model/desktop.ts'
import { someFailure } from '../../support/some-failure.ts'

/** Something with a deadline of its own that runs once a visit to its state. */
export type Work = StepName | 'reconnecting'

interface Call {
  work: Work
  signal: AbortSignal
  resolve: () => void
  reject: (error: unknown) => void
}

export const lost: Failure = someFailure('link-lost').failure
export const refusal = someFailure('auth-refused')

/** Deadlines that differ. */
export const deadlines: StepDeadlines = {
  'signing-in': 1000,
  requesting: 2000,
  queued: 3000,
  starting: 4000,
  tunnelling: 5000,
  'waiting-for-host': 6000,
  pairing: 7000,
  launching: 8000,
  reconnecting: 9000,
  'cleaning-up': 10_000,
  question: 60_000,
}

export const works: readonly Work[] = [...stepNames, 'reconnecting']

/** A started machine and what its steps have been asked to do. */
export function drivenMachine({ heldCleanUp = false }: { heldCleanUp?: boolean } = {}) {
  const calls: Call[] = []
  const endings: Ending[] = []
  let settleCleanUp: () => void = () => undefined
  let failCleanUp: (error: unknown) => void = () => undefined
  const run =
    (work: Work) =>
    (signal: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => calls.push({ work, signal, resolve, reject }))
  const steps = Object.fromEntries(stepNames.map((name) => [name, run(name)])) as Record<
    StepName,
    ReturnType<typeof run>
  >
  const clock = new SimulatedClock()
  const machine = createDesktopMachine(
    stepNames,
    {
      ...steps,
      reconnecting: run('reconnecting'),
      cleaningUp: (ending) => {
        endings.push(ending)
        if (!heldCleanUp) return Promise.resolve()
        return new Promise((resolve, reject) => {
          settleCleanUp = resolve
          failCleanUp = reject
        })
      },
    },
    deadlines,
  )
  const actor = createActor(machine, { clock })
  actor.start()

  const name = (): string => {
    const { value } = actor.getSnapshot()
    return typeof value === 'string' ? value : (Object.keys(value)[0] ?? '')
  }
  const until = async (state: string): Promise<void> => {
    await waitFor(actor, () => name() === state, { timeout: 5000 })
  }
  const last = (): Call => {
    const call = calls.at(-1)
    if (!call) throw new Error('nothing runs')
    return call
  }

  /** Takes a fresh machine to a state by the ordinary way. */
  async function reach(state: string): Promise<void> {
    if (state === 'idle') return
    actor.send({ type: 'START' })
    if (state === 'failing' || state === 'failed') {
      last().reject(refusal)
      return until(state)
    }
    if (state === 'leaving' || state === 'ended') {
      actor.send({ type: 'CANCEL' })
      return until(state)
    }
    for (const [index, step] of stepNames.entries()) {
      if (state === step) return
      last().resolve()
      await until(stepNames[index + 1] ?? 'open')
    }
    if (state === 'reconnecting') actor.send({ type: 'LOST', failure: lost })
    await until(state)
  }

  return {
    actor,
    clock,
    calls,
    endings,
    name,
    until,
    last,
    reach,
    send: (event: DesktopEvent) => actor.send(event),
    context: () => actor.getSnapshot().context,
    settleCleanUp: () => settleCleanUp(),
    failCleanUp: (error: unknown) => failCleanUp(error),
  }
}
