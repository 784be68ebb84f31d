/** What can go wrong with a desktop's session as a whole. */
import { dirname } from 'node:path/posix'
import { causeIn } from '../../domain/job-log.ts'
import {
  fail,
  toFailure,
  VizlinkError,
  type EvidenceItem,
  type Failure,
  type ReasonOf,
} from '../../shared/errors.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { Canceller, JobEnd } from '../../protocols/slurm/job-end.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

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

/** The job waits again, and what ran in it has ended: a picture that is lost by that does not come back by itself. */
export const requeued = (session: string): Error =>
  fail('gave-up', 'requeued', { evidence: [{ label: 'session', value: session }] })

/** A failure after which the session's job remains: the user need not fear for it, nor forget it. */
export const withRemainingJob = (failure: Failure, job: 'queued' | 'running'): Failure =>
  // Connecting again does not lead there from this computer, as the failure itself says.
  isOnOtherComputer(failure) ? failure : { ...failure, circumstance: job }

const isOnOtherComputer = ({ kind, reason }: Failure): boolean =>
  kind === 'pairing-refused' && reason === 'other-computer'

/** The job is on its way out, and Slurm has not said yet whether it ends or waits again. */
export const completing = (session: string): Error =>
  fail('host-not-ready', 'completing', { evidence: [{ label: 'session', value: session }] })

const endings: [states: RegExp, reason: ReasonOf<'job-ended-early'>][] = [
  [/^CANCELLED/, 'cancelled'],
  [/^(TIMEOUT|DEADLINE)/, 'time-limit'],
  [/^(NODE_FAIL|BOOT_FAIL)/, 'node-failed'],
  [/^OUT_OF_MEMORY/, 'out-of-memory'],
  [/^PREEMPTED/, 'preempted'],
  [/^FAILED/, 'failed'],
]

/** Slurm could not open the file of a job's output: the job ends before its first line. */
const outputSignal = '53'
/** A program that was killed has not ended for what its log says. */
const leastSignalStatus = 128

/**
 * The session's job is not there any more.
 * @param end how Slurm says that it ended; null where Slurm knows it no more
 * @param ran it has been seen running
 * @param logs ends of the job's log and of its host's own, where they can be read
 */
export function jobEnded(
  end: JobEnd | null,
  ran: boolean,
  logs: { job: string | null; host: string | null },
  evidence: EvidenceItem[],
): Error {
  const reason = endings.find(([states]) => states.test(end?.state ?? ''))?.[1] ?? 'ended'
  if (reason === 'cancelled') return cancelled(end, ran, evidence)
  if (end === null || reason !== 'failed') return fail('job-ended-early', reason, { evidence })
  const node = end.node ?? '?'
  const [status = '0', signal = '0'] = end.exitCode?.split(':') ?? []
  if (signal === outputSignal) {
    const folder = end.logFile === null ? '?' : dirname(end.logFile)
    return fail('job-ended-early', 'log-folder', { facts: { folder, node }, evidence })
  }
  const cause = Number(status) < leastSignalStatus ? causeIn(logs.job ?? '', logs.host ?? '') : null
  switch (cause?.reason) {
    case 'image':
      return fail('job-ended-early', 'image', { facts: { ...cause.facts, node }, evidence })
    case 'program':
      return fail('job-ended-early', 'program', { facts: { ...cause.facts, node }, evidence })
    case 'host':
      return fail('job-ended-early', 'host', { facts: cause.facts, evidence })
    case undefined:
      return fail('job-ended-early', reason, { evidence })
  }
}

function cancelled(end: JobEnd | null, ran: boolean, evidence: EvidenceItem[]): Error {
  const kind = ran ? 'job-ended-early' : 'queue-cancelled'
  const by = end?.cancelledBy ?? null
  if (by === null) return fail(kind, 'cancelled', { evidence })
  if (by.self) return fail(kind, 'cancelled-by-you', { evidence })
  return fail(kind, 'cancelled-by', { facts: { who: whoIs(by, end?.uid ?? null) }, evidence })
}

/** @param account Unix user id that the job ran as: not the user's own here */
function whoIs({ uid, name }: Canceller, account: number | null): Text {
  const user = name ?? String(uid)
  if (uid === account) return asText('sessions.who.account', { user })
  return uid === 0 ? asText('sessions.who.administrator') : asText('sessions.who.user', { user })
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

/** @param login the whole SSH login, not only the tunnel to the node */
export const linkLost = (login: boolean): Failure =>
  fail('link-lost', login ? 'ssh-reconnecting' : 'node-reconnecting').failure

/** The job says nothing of its host any more, as while the host moves to other ports. */
export const notPlaced = (): Error => fail('host-not-ready', 'not-placed')

/** The portal's record names no port, and no log that can be read does. */
export const noPort = (session: string): Error =>
  fail('host-not-ready', 'no-port', { evidence: [{ label: 'session', value: session }], retryable: false })

export function sessionGone(): never {
  throw fail('internal', 'session-gone')
}
