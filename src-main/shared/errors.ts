/**
 * Errors are values. Every failure that can reach a user carries a stable `kind` (for code), a sentence,
 * a next step (both for the user) and evidence (for the person who has to mend it). Never put a secret into evidence.
 */

import { bounded, longest, mostEvidence } from './bounds.ts'

/** Stable names of everything that can go wrong. Tests, scripts and the command line's exit text rely on them. */
export const errorKinds = [
  // signing in
  'sign-in-refused',
  'login-superseded',
  'token-expired',
  'portal-unreachable',
  'portal-error',
  'portal-not-routed',
  'untrusted-certificate',
  // requesting and queueing
  'image-missing',
  'no-display-free',
  'submit-failed',
  'queue-cancelled',
  'node-down',
  'partition-missing',
  'slurm-unreachable',
  'job-ended-early',
  'foreign-job',
  'node-unknown',
  // the link
  'host-key-changed',
  'host-key-unknown',
  'auth-refused',
  'login-unreachable',
  'no-way-to-node',
  'forward-refused',
  'relay-refused',
  'link-lost',
  'needs-answer',
  // the host
  'host-not-ready',
  'no-encoder',
  'pairing-refused',
  'certificate-mismatch',
  'launch-refused',
  'stream-timeout',
  'stream-lost',
  'stream-process-died',
  'no-decoder',
  // general
  'deadline-exceeded',
  'cancelled',
  'bad-profile',
  'bad-request',
  'unknown-call',
  'forbidden',
  'gave-up',
  'managed-setting',
  'bad-settings',
  'internal',
] as const

export type ErrorKind = (typeof errorKinds)[number]

/** One piece of evidence: what was looked at and what was seen there, both short text without secrets. */
export interface EvidenceItem {
  label: string
  value: string
}

/** A failure as data: what crosses processes and reaches the page (`model/failure.ts` checks it). */
export interface Failure {
  kind: ErrorKind
  /** One sentence for the user: what happened. */
  message: string
  /** One sentence for the user: what to do now. */
  nextStep: string
  evidence: EvidenceItem[]
  /** Whether "Try again" makes sense without changing anything first. */
  retryable: boolean
}

/** A failure that is thrown inside one process. Cross process borders only as `Failure` (see `toFailure`). */
export class VizlinkError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(failure.message, options)
    this.name = 'VizlinkError'
    this.failure = failure
  }

  get kind(): ErrorKind {
    return this.failure.kind
  }
}

/** What is needed to state a failure; the rest has defaults (no evidence, retryable). */
export interface FailureInput {
  message: string
  nextStep: string
  evidence?: EvidenceItem[]
  retryable?: boolean
  cause?: unknown
}

const boundedEvidence = (evidence: readonly EvidenceItem[]): EvidenceItem[] =>
  evidence.slice(0, mostEvidence).map(({ label, value }) => ({
    label: bounded(label, longest.label),
    value: bounded(value, longest.evidence),
  }))

/** Makes a `VizlinkError` of the given kind. Texts that are too long are cut here, and nowhere before. */
export function fail(kind: ErrorKind, input: FailureInput): VizlinkError {
  const { cause, evidence = [], retryable = true, message, nextStep } = input
  return new VizlinkError(
    {
      kind,
      message: bounded(message, longest.sentence),
      nextStep: bounded(nextStep, longest.sentence),
      evidence: boundedEvidence(evidence),
      retryable,
    },
    cause === undefined ? {} : { cause },
  )
}

/** Turns anything that was thrown into a `Failure`; what is not ours becomes `internal` with its text as evidence. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof VizlinkError) return thrown.failure
  const value = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return fail('internal', {
    message: 'Something went wrong inside Vizlink.',
    nextStep: 'Try again. If it happens again, report it with the evidence below.',
    evidence: [{ label: 'error', value }],
  }).failure
}

/** For exhaustive switches: a compile error where a case is missing, an exception if one slips through. */
export function assertNever(value: never, what: string): never {
  throw new Error(`unexpected ${what}: ${JSON.stringify(value)}`)
}
