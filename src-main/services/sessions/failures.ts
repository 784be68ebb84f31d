/** What can go wrong with a desktop's session as a whole. */
import {
  fail,
  toFailure,
  VizlinkError,
  type EvidenceItem,
  type Failure,
  type ReasonOf,
} from '../../shared/errors.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { Text } from '../../shared/texts/index.ts'

/** The job does not start by itself, and no user can decide. @param why it waits */
export const blocked = (why: Text, job: SlurmJob): Error =>
  fail('job-blocked', 'waits', {
    facts: { why },
    evidence: [{ label: 'slurm-reason', value: job.reason ?? 'none' }],
  })

/** @param tried one item for each attempt */
export function gaveUp(tried: EvidenceItem[]): Error {
  return fail('gave-up', 'not-restored', { evidence: tried.slice(-10) })
}

/** A failure after which the session's job remains: the user need not fear for it, nor forget it. */
export const withRemainingJob = (failure: Failure, job: 'queued' | 'running'): Failure => ({
  ...failure,
  circumstance: job,
})

const endings: [states: RegExp, reason: ReasonOf<'job-ended-early'>][] = [
  [/^CANCELLED/, 'cancelled'],
  [/^(TIMEOUT|DEADLINE)/, 'time-limit'],
  [/^(NODE_FAIL|BOOT_FAIL)/, 'node-failed'],
  [/^OUT_OF_MEMORY/, 'out-of-memory'],
  [/^FAILED/, 'failed'],
]

/**
 * The session's job is not there any more.
 * @param state Slurm's word for how it ended; null where Slurm knows it no more
 * @param ran it has been seen running
 */
export function jobEnded(state: string | null, ran: boolean, evidence: EvidenceItem[]): Error {
  const reason = endings.find(([states]) => states.test(state ?? ''))?.[1] ?? 'ended'
  return !ran && reason === 'cancelled'
    ? fail('queue-cancelled', reason, { evidence })
    : fail('job-ended-early', reason, { evidence })
}

/** The user wants one certain session, and cannot have it. */
const notToBeHad =
  (reason: 'session-over' | 'session-open' | 'session-ending') =>
  (sessionId: string): Error =>
    fail('bad-request', reason, { evidence: [{ label: 'session', value: sessionId }], retryable: false })

/** It is not there any more: no new one is made in its place. */
export const sessionOver = notToBeHad('session-over')
/** Two desktops of one session would take the picture from each other. */
export const sessionTaken = notToBeHad('session-open')
/** It is being ended: there is no way back to it. */
export const sessionEnding = notToBeHad('session-ending')

/**
 * The user has ended a session whose job is not over yet.
 * @param why what keeps it
 */
export function stillEnding(sessionId: string, why: Failure): Error {
  const evidence = [{ label: 'session', value: sessionId }, ...why.evidence]
  return new VizlinkError({ ...why, circumstance: 'ending', evidence, retryable: false })
}

/** The same failure with more to look at. */
export function withEvidence(error: unknown, more: EvidenceItem[]): Error {
  const failure = toFailure(error)
  return new VizlinkError({ ...failure, evidence: [...failure.evidence, ...more] }, { cause: error })
}

/** @param login the whole SSH login, not only the way to the node */
export const linkLost = (login: boolean): Failure =>
  fail('link-lost', login ? 'ssh-reconnecting' : 'node-reconnecting').failure

/** The job says nothing of its host any more, as while the host moves to other ports. */
export const notPlaced = (): Error => fail('host-not-ready', 'not-placed')

export function sessionGone(): never {
  throw fail('internal', 'session-gone')
}
