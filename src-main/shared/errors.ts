/**
 * Errors are values. Every failure that can reach a user has a stable `kind` and a `reason` (both for code), from which
 * `failure-text.ts` makes a sentence and a next step, and evidence for the person who repairs it. Never put a secret into evidence.
 */
import { bounded, longest, mostEvidence } from './bounds.ts'
import { actionsOf, type FailureAction } from './failure-actions.ts'
import type { FailureFacts, TextValue, Values } from './texts/index.ts'

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
  'job-blocked',
  'slurm-unreachable',
  'job-ended-early',
  'foreign-job',
  'node-unknown',
  // the link
  'host-key-changed',
  'host-key-unknown',
  'auth-refused',
  'login-unreachable',
  'no-commands',
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

/** One piece of evidence: what was looked at and what was seen there, without secrets. */
export interface EvidenceItem {
  label: string
  /** What the label's text needs. */
  values?: Record<string, string | number>
  value: string
}

/** What happened, as data: values that the failure's texts need, and what code decides by. */
export type Facts = Record<string, TextValue>

/**
 * What else the user must know: the session's job runs or waits on, the session is being ended; the host is one that the
 * user named. A name below `circumstances` in the texts.
 */
export const circumstances = ['running', 'queued', 'ending', 'named-host'] as const
export type Circumstance = (typeof circumstances)[number]

/** A failure as data: what crosses processes and reaches the page (`model/failure.ts` checks it). `failure-text.ts` words it. */
export interface Failure {
  kind: ErrorKind
  /** Which failure of this kind: a name below `failures.<kind>` in the texts. */
  reason: string
  facts: Facts
  evidence: EvidenceItem[]
  /** Whether "Try again" makes sense without changing anything first. */
  retryable: boolean
  /** What can be done beside trying again (`failure-actions.ts`). */
  actions: FailureAction[]
  circumstance?: Circumstance
}

/** A failure that is thrown inside one process. Cross process borders only as `Failure` (see `toFailure`). */
export class VizlinkError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    // For logs alone: what people read is made from the failure.
    super(`${failure.kind}/${failure.reason} ${JSON.stringify(failure.facts)}`, options)
    this.name = 'VizlinkError'
    this.failure = failure
  }

  get kind(): ErrorKind {
    return this.failure.kind
  }
}

/** Whether its session keeps running or waits on: there is one to come back to, or to end. */
export const leavesSession = ({ circumstance }: Failure): boolean =>
  circumstance === 'running' || circumstance === 'queued'

/** The reasons that the texts know for a kind. */
export type ReasonOf<Kind extends ErrorKind> = keyof FailureFacts extends infer Key
  ? Key extends `${Kind}/${infer Reason}`
    ? Reason
    : never
  : never

/** Facts that no text needs: code decides by them. */
interface FurtherFacts {
  /** `said`: what the other side answered. */
  'login-unreachable/unreachable': { said: string }
  'auth-refused/refused': { said: string }
  'relay-refused/no-program-for-node': { said: string }
  'relay-refused/nothing-runs': { said: string }
  'relay-refused/not-put': { said: string }
  'relay-refused/not-run': { said: string }
  'forward-refused/page': { said: string }
  'forward-refused/login-host': { said: string }
  'untrusted-certificate/self-signed': { portal: string }
}

type FactsOf<Name> = (Name extends keyof FailureFacts ? Values<FailureFacts[Name]> : unknown) &
  (Name extends keyof FurtherFacts ? FurtherFacts[Name] : unknown)

/** The rest has defaults: no evidence, retryable. */
interface Details {
  evidence?: EvidenceItem[]
  retryable?: boolean
  cause?: unknown
}

type DetailsOf<Name> = keyof FactsOf<Name> extends never
  ? [details?: Details & { facts?: never }]
  : [details: Details & { facts: FactsOf<Name> }]

const boundedEvidence = (evidence: readonly EvidenceItem[]): EvidenceItem[] =>
  evidence.slice(0, mostEvidence).map(({ label, value, ...rest }) => ({
    ...rest,
    label: bounded(label, longest.label),
    value: bounded(value, longest.evidence),
  }))

const boundedFact = (fact: TextValue): TextValue => {
  if (typeof fact === 'string') return bounded(fact, longest.fact)
  return typeof fact === 'object' && fact.values ? { ...fact, values: boundedFacts(fact.values) } : fact
}

const boundedFacts = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, boundedFact(fact)]))

/** Makes a `VizlinkError` of the given kind, for a reason that the texts know. What is too long is cut here, and nowhere before. */
export function fail<Kind extends ErrorKind, Reason extends ReasonOf<Kind>>(
  kind: Kind,
  reason: Reason,
  ...details: DetailsOf<`${Kind}/${Reason}`>
): VizlinkError
export function fail(
  kind: ErrorKind,
  reason: string,
  { facts = {}, evidence = [], retryable = true, cause }: Details & { facts?: Facts } = {},
): VizlinkError {
  return new VizlinkError(
    {
      ...{ kind, reason, retryable, facts: boundedFacts(facts), evidence: boundedEvidence(evidence) },
      actions: actionsOf(kind, reason),
    },
    cause === undefined ? {} : { cause },
  )
}

/** Whether a failure is this one, and its facts then: for code that decides by them. */
export function knownFacts<Kind extends ErrorKind, Reason extends ReasonOf<Kind>>(
  error: unknown,
  kind: Kind,
  reason: Reason,
): FactsOf<`${Kind}/${Reason}`> | null {
  if (!(error instanceof VizlinkError)) return null
  const { failure } = error
  return failure.kind === kind && failure.reason === reason
    ? (failure.facts as FactsOf<`${Kind}/${Reason}`>)
    : null
}

/** Turns anything that was thrown into a `Failure`; what is not ours becomes `internal` with its text as evidence. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof VizlinkError) return thrown.failure
  const value = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return fail('internal', 'unexpected', { evidence: [{ label: 'error', value }] }).failure
}

/** For exhaustive switches: a compile error where a case is missing, an exception if one slips through. */
export function assertNever(value: never, what: string): never {
  throw new Error(`unexpected ${what}: ${JSON.stringify(value)}`)
}
