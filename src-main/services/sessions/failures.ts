/** What can go wrong with a connection as a whole, in words. */
import { fail, toFailure, type EvidenceItem, type Failure } from '../../shared/errors.ts'
import type { SlurmJob, Waiting } from '../../protocols/slurm/job.ts'

/** Waiting in the queue is hopeless, for Slurm's own reason. */
export function hopeless(kind: Waiting, job: SlurmJob): Error {
  const evidence = [{ label: 'Slurm’s reason', value: job.reason ?? 'none' }]
  if (kind === 'partition') {
    return fail('partition-missing', {
      message: 'The cluster’s partition for desktops does not take jobs.',
      nextStep: 'Try again later, or ask your administrator when it opens.',
      evidence,
    })
  }
  if (kind === 'unsatisfiable') {
    return fail('submit-failed', {
      message: 'The cluster has no node that can run the job of your desktop.',
      nextStep: 'Tell your administrator: the job asks for more than the partition’s nodes have.',
      evidence,
      retryable: false,
    })
  }
  return fail('node-down', {
    message: 'The nodes for desktops are down.',
    nextStep: 'Tell your administrator and try again later.',
    evidence,
  })
}

/** @param tried one item for each attempt */
export function gaveUp(tried: EvidenceItem[]): Error {
  return fail('gave-up', {
    message: 'The connection was lost and could not be restored.',
    nextStep: 'Check your network, then connect again.',
    evidence: tried.slice(-10),
  })
}

/** A failure after which the session's job goes on: the user need not fear for it, nor forget it. */
export function whileJobGoesOn(failure: Failure, waiting: boolean): Failure {
  const first = failure.kind === 'link-lost' ? 'Check your network.' : failure.nextStep
  const job = waiting ? 'keeps its place in the queue' : 'keeps running'
  return { ...failure, nextStep: `${first} Your session ${job}: Connect picks it up again.` }
}

const endings: { states: RegExp; message: string; nextStep: string }[] = [
  {
    states: /^CANCELLED/,
    message: 'The job of your desktop was cancelled.',
    nextStep: 'You or an administrator ended it somewhere else: start a new session.',
  },
  {
    states: /^(TIMEOUT|DEADLINE)/,
    message: 'The job of your desktop has reached its time limit.',
    nextStep: 'Start a new session.',
  },
  {
    states: /^(NODE_FAIL|BOOT_FAIL)/,
    message: 'The node of your desktop has failed.',
    nextStep: 'Start a new session; tell your administrator.',
  },
  {
    states: /^OUT_OF_MEMORY/,
    message: 'The job of your desktop used more memory than it may.',
    nextStep: 'Start a new session; if it happens again, ask your administrator for more memory.',
  },
  {
    states: /^FAILED/,
    message: 'The job of your desktop has failed.',
    nextStep: 'Start a new session; if it ends again at once, give the evidence to your administrator.',
  },
]

/**
 * The session's job is not there any more.
 * @param state Slurm's word for how it ended; null where Slurm knows it no more
 * @param ran it has been seen running
 */
export function jobEnded(state: string | null, ran: boolean, evidence: EvidenceItem[]): Error {
  const { message, nextStep } = endings.find(({ states }) => states.test(state ?? '')) ?? {
    message: 'The job of your desktop has ended.',
    nextStep: 'Start a new session; if it ends again at once, give the evidence to your administrator.',
  }
  const kind = !ran && state?.startsWith('CANCELLED') ? 'queue-cancelled' : 'job-ended-early'
  return fail(kind, { message, nextStep, evidence })
}

/** The user wants one certain session, which is not there any more: no new one is made in its place. */
export function sessionOver(sessionId: string): Error {
  return fail('bad-request', {
    message: 'The session that you want to resume is over.',
    nextStep: 'Go back and connect: you get a new session.',
    evidence: [{ label: 'session', value: sessionId }],
    retryable: false,
  })
}

/** Two connections to one session would take the picture from each other. */
export function sessionTaken(sessionId: string): Error {
  return fail('bad-request', {
    message: 'The session that you want to resume is open already.',
    nextStep: 'Go to its tab.',
    evidence: [{ label: 'session', value: sessionId }],
    retryable: false,
  })
}

/** The session that the user wants is being ended: nobody goes back to it. */
export function sessionEnding(sessionId: string): Error {
  return fail('bad-request', {
    message: 'The session that you want to resume is being ended.',
    nextStep: 'Go back and connect: you get a new session.',
    evidence: [{ label: 'session', value: sessionId }],
    retryable: false,
  })
}

/**
 * The user has ended a session whose job is not over yet.
 * @param why what keeps it
 */
export function stillEnding(sessionId: string, { kind, message, evidence }: Failure): Error {
  return fail(kind, {
    message: `Your session is still being ended. ${message}`,
    nextStep:
      'Vizlink goes on trying; the list of your sessions shows it until Slurm says that its job is over.',
    evidence: [{ label: 'session', value: sessionId }, ...evidence],
    retryable: false,
  })
}

/** The same failure with more to look at. */
export function withEvidence(error: unknown, more: EvidenceItem[]): Error {
  const failure = toFailure(error)
  return fail(failure.kind, { ...failure, evidence: [...failure.evidence, ...more], cause: error })
}

/** @param login the whole SSH login, not only the way to the node */
export const linkLost = (login: boolean): Failure =>
  fail('link-lost', {
    message: login ? 'The SSH connection was lost.' : 'The connection to the node was lost.',
    nextStep: 'Vizlink reconnects by itself.',
  }).failure

/** The job says nothing of its host any more, as while the host moves to other ports. */
export const notPlaced = (): Error =>
  fail('host-not-ready', {
    message: 'The job does not say where its host listens.',
    nextStep: 'Vizlink tries again by itself.',
  })

export function sessionGone(): never {
  throw fail('internal', { message: 'The session is gone.', nextStep: 'Connect again.' })
}
