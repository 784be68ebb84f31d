/** What each kind of failure means to what comes after it, in one table. */
import type { ErrorKind, Failure } from '../shared/errors.ts'

export type Meaning =
  /** No further attempt helps by itself, without a person. */
  | 'final'
  /** It says nothing about the job: something between the user and it was silent. */
  | 'job-stays'
  /** It says nothing about the next route. A changed or unconfirmed host key stops everything. */
  | 'next-route'
  /** The next question logs in again. */
  | 'login-gone'
  | 'too-slow'
  /** Slurm, or the host that would ask it, did not say anything. */
  | 'slurm-silent'
  /** There is no sign-in at the portal any more. */
  | 'signed-out'

const table: Readonly<Record<ErrorKind, readonly Meaning[]>> = {
  'sign-in-refused': [],
  'login-superseded': ['job-stays', 'signed-out'],
  'token-expired': ['job-stays', 'signed-out'],
  'portal-unreachable': ['job-stays'],
  'portal-error': ['job-stays'],
  'portal-not-routed': [],
  'untrusted-certificate': ['final', 'signed-out'],
  'image-missing': [],
  'no-display-free': [],
  'submit-failed': [],
  'queue-cancelled': [],
  'job-blocked': ['job-stays'],
  'slurm-unreachable': ['job-stays', 'slurm-silent'],
  'job-ended-early': ['final'],
  'foreign-job': ['final'],
  'node-unknown': [],
  'host-key-changed': ['final'],
  'host-key-unknown': ['final'],
  'auth-refused': ['final', 'next-route'],
  'login-unreachable': ['job-stays', 'next-route', 'login-gone'],
  'no-commands': ['job-stays', 'next-route', 'slurm-silent'],
  'no-way-to-node': ['next-route'],
  'forward-refused': [],
  'relay-refused': ['next-route'],
  'link-lost': ['job-stays', 'login-gone'],
  'needs-answer': ['final', 'job-stays'],
  'host-not-ready': [],
  'no-encoder': ['final'],
  'pairing-refused': [],
  'certificate-mismatch': ['final'],
  'launch-refused': [],
  'stream-timeout': [],
  'stream-lost': [],
  'stream-process-died': [],
  'no-decoder': [],
  'deadline-exceeded': ['job-stays', 'next-route', 'too-slow'],
  cancelled: ['final'],
  'bad-profile': ['final'],
  'bad-request': [],
  'unknown-call': [],
  forbidden: [],
  'gave-up': ['final'],
  'managed-setting': [],
  'bad-settings': [],
  internal: [],
}

/** Whether a failure is of a kind that means one of these. */
export const means = ({ kind }: Pick<Failure, 'kind'>, ...meanings: readonly Meaning[]): boolean =>
  meanings.some((meaning) => table[kind].includes(meaning))
