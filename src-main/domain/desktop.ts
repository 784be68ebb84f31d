/**
 * A desktop as an explicit state machine, streamed or VNC. Pure: what the steps do comes as actors from outside; every step has a
 * deadline, every state can be left by the user.
 */
import { means } from './failure-policy.ts'
import { assign, fromPromise, setup, type StateValue } from 'xstate'
import { fail, toFailure, type Failure } from '../shared/errors.ts'
import type { DesktopState, StepName } from '../shared/model/desktop.ts'
import type { SiteProfile } from '../shared/model/site-profile.ts'
import { personMs } from './person-time.ts'
import { lastAttemptMs } from './retry.ts'
import { asText, type Text } from '../shared/texts/index.ts'

/** What runs in each state. An actor rejects with anything; its signal aborts when the state is left. */
export type StepActors = Record<StepName, (signal: AbortSignal) => Promise<void>> & {
  reconnecting: (signal: AbortSignal) => Promise<void>
  /** Closes stream and link; cancels the job where it is asked to. Rejects when the job could not be cancelled. */
  cleaningUp: (ending: Ending) => Promise<void>
}

/** How a desktop is being ended. */
export interface Ending {
  /** `keep`: the job runs on; `cancel`: it is cancelled; `release`: cancelled only if this attempt made it. */
  job: 'keep' | 'cancel' | 'release'
  because: Text | null
}

export type DesktopEvent =
  | { type: 'START' }
  | { type: 'CANCEL' }
  | { type: 'DISCONNECT' }
  | { type: 'END' }
  /** The session that it found has another view already. */
  | { type: 'GIVE_WAY' }
  /** Stream, link or process is gone. */
  | { type: 'LOST'; failure: Failure }
  /** A question to the user is open, and the step's deadline stops; with the answer it begins again, `personMs` longer. */
  | { type: 'ASKED' }
  | { type: 'ANSWERED' }
  /** A server has something to say to the user, who may have to act elsewhere: as after an answer. */
  | { type: 'NOTICED' }

interface Context {
  failure: Failure | null
  ending: Ending | null
  /** It was open: somebody has worked on it. */
  opened: boolean
}

/** Deadlines in ms. Those of `queued`, `waiting-for-host` and `reconnecting` are the site's. */
export type StepDeadlines = Record<StepName | 'reconnecting' | 'cleaning-up' | 'question', number>

export const defaultDeadlines: Omit<StepDeadlines, 'queued' | 'waiting-for-host' | 'reconnecting'> = {
  'signing-in': 45_000,
  requesting: 45_000,
  starting: 60_000,
  // Three routes to the node, one after the other.
  tunnelling: 90_000,
  pairing: 60_000,
  launching: 90_000,
  // The stream's process takes up to 6 s, the portal up to half a minute to make a session, and as long to end it.
  'cleaning-up': 90_000,
  question: 600_000,
}

/** The wait for a host gives up by itself, in words of its own; the step's time is over only where it does not. */
const behindOwnLimitMs = 30_000

/**
 * The times of a site's desktops.
 * @param limits of its profile, seconds
 * @param writesPlace its jobs write where their hosts listen: as long as that may take, the job is starting
 */
export function deadlinesOf(limits: SiteProfile['limits'], writesPlace: boolean): StepDeadlines {
  const hostReadyMs = limits.hostReadySeconds * 1000
  return {
    ...defaultDeadlines,
    queued: limits.queueSeconds * 1000,
    ...(writesPlace ? { starting: hostReadyMs } : {}),
    'waiting-for-host': hostReadyMs + behindOwnLimitMs,
    reconnecting: limits.reconnectSeconds * 1000 + lastAttemptMs,
  }
}

function overdue(step: string): Failure {
  return fail('deadline-exceeded', 'step', { evidence: [{ label: 'step', value: step }] }).failure
}

const notRestored = fail('gave-up', 'not-restored').failure

const notAnswered = fail('needs-answer', 'question-not-answered').failure

const notSeenEnding = fail('deadline-exceeded', 'ending').failure

const cancelled: Ending = { job: 'release', because: asText('desktop.ended.cancelled') }
const disconnected: Ending = { job: 'keep', because: asText('desktop.ended.disconnected') }
const ended: Ending = { job: 'cancel', because: asText('desktop.ended.ended') }
const gaveWay: Ending = { job: 'keep', because: asText('desktop.ended.elsewhere') }

/**
 * How a failed attempt ends. A job stays where the failure says nothing about it, and a desktop that somebody has worked
 * on stays when its stream cannot be restored; only the record of a job that is over is cleared away.
 */
const afterFailure = ({ opened, failure }: Context): Ending => ({
  job:
    failure && (means(failure, 'job-stays') || (opened && failure.kind !== 'job-ended-early'))
      ? 'keep'
      : 'release',
  because: null,
})

/** Where an actor's error leads, and what is kept of it. */
const onError = <Target extends string>(target: Target) =>
  ({
    target,
    actions: {
      type: 'fail',
      params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
    },
  }) as const

/** Where the loss of what was open leads. */
const onLoss = <Target extends string>(target: Target) =>
  ({
    target,
    actions: {
      type: 'lose',
      params: ({ event }: { event: { failure: Failure } }) => ({ failure: event.failure }),
    },
  }) as const

/** A job that waits for its node needs no link: these steps log in again by themselves, and fail if they cannot. */
const ownLogin = new Set<StepName>(['queued', 'starting'])

/**
 * Builds the machine for one desktop.
 * @param names its steps, in the order in which they happen
 */
export function createDesktopMachine(
  names: readonly StepName[],
  actors: StepActors,
  deadlines: StepDeadlines,
) {
  const run = (work: (signal: AbortSignal) => Promise<void>) =>
    fromPromise<void, void>(({ signal }) => work(signal))
  const leave = {
    CANCEL: { target: 'leaving', actions: 'cancel' },
    DISCONNECT: { target: 'leaving', actions: 'disconnect' },
    END: { target: 'leaving', actions: 'end' },
    GIVE_WAY: { target: 'leaving', actions: 'giveWay' },
  } as const
  /** Inner states of whatever may ask the user something: the deadline runs only while no question is open. */
  const deadline = (ms: number, failure: Failure) => {
    const failing = (overdueAs: Failure) => ({
      target: '#failing',
      actions: { type: 'lose', params: { failure: overdueAs } } as const,
    })
    return {
      initial: 'working',
      states: {
        working: {
          after: { [ms]: failing(failure) },
          on: { ASKED: { target: 'asking' }, NOTICED: { target: 'personAtWork' } },
        },
        asking: {
          after: { [deadlines.question]: failing(notAnswered) },
          on: { ANSWERED: { target: 'personAtWork' } },
        },
        personAtWork: {
          after: { [ms + personMs]: failing(failure) },
          on: { ASKED: { target: 'asking' }, NOTICED: { target: 'personAtWork', reenter: true } },
        },
      },
    } as const
  }
  const stepState = (name: StepName, next: string) =>
    ({
      ...deadline(deadlines[name], overdue(name)),
      invoke: {
        src: name,
        onDone: { target: next },
        onError: onError('failing'),
      },
      on: { ...leave, ...(ownLogin.has(name) ? {} : { LOST: onLoss('failing') }) },
    }) as const
  const steps = Object.fromEntries(
    names.map((name, index) => [name, stepState(name, names[index + 1] ?? 'open')]),
  )

  return setup({
    types: { context: {} as Context, events: {} as DesktopEvent },
    actors: {
      ...(Object.fromEntries(names.map((name) => [name, run(actors[name])])) as Record<
        StepName,
        ReturnType<typeof run>
      >),
      reconnecting: run(actors.reconnecting),
      cleaningUp: fromPromise<void, Ending>(({ input }) => actors.cleaningUp(input)),
    },
    actions: {
      fail: assign({ failure: (_, { error }: { error: unknown }) => toFailure(error) }),
      lose: assign({ failure: (_, { failure }: { failure: Failure }) => failure }),
      cancel: assign({ ending: () => cancelled }),
      disconnect: assign({ ending: () => disconnected }),
      end: assign({ ending: () => ended }),
      giveWay: assign({ ending: () => gaveWay }),
      clear: assign({ failure: () => null, ending: () => null, opened: () => false }),
      open: assign({ opened: () => true }),
    },
  }).createMachine({
    context: { failure: null, ending: null, opened: false },
    initial: 'idle',
    states: {
      idle: { on: { START: { target: 'signing-in' } } },
      ...steps,
      open: {
        entry: 'open',
        on: { ...leave, LOST: onLoss('reconnecting') },
      },
      reconnecting: {
        ...deadline(deadlines.reconnecting, notRestored),
        invoke: {
          src: 'reconnecting',
          onDone: { target: 'open', actions: 'clear' },
          onError: onError('failing'),
        },
        on: leave,
      },
      /** Something went wrong: what was opened is closed, then the failure is shown. */
      failing: {
        id: 'failing',
        invoke: {
          src: 'cleaningUp',
          input: ({ context }) => afterFailure(context),
          onDone: { target: 'failed' },
          onError: { target: 'failed' },
        },
        after: { [deadlines['cleaning-up']]: { target: 'failed' } },
      },
      leaving: {
        invoke: {
          src: 'cleaningUp',
          input: ({ context }) => context.ending ?? cancelled,
          onDone: { target: 'ended' },
          onError: onError('failed'),
        },
        after: {
          [deadlines['cleaning-up']]: [
            { guard: ({ context }) => context.ending?.job === 'keep', target: 'ended' },
            { target: 'failed', actions: { type: 'lose', params: { failure: notSeenEnding } } },
          ],
        },
      },
      // A further attempt is a desktop of its own.
      failed: {},
      ended: {},
    },
  })
}

/**
 * The state that users see. While a failed attempt is being cleaned up they still see its last state: `failed` means that
 * nothing of it is left.
 * @param value the machine's state value
 */
export function visibleState(value: StateValue, before: DesktopState): DesktopState {
  const name = typeof value === 'string' ? value : (Object.keys(value)[0] ?? before)
  if (name === 'failing') return before
  if (name === 'leaving') return 'ending'
  return name as DesktopState
}
