/** Whether what answers at a host's ports is this session's host: decided before anything is sent to it. */
import type { HostProof } from '../shared/model/host-proof.ts'
import { asText, type Text } from '../shared/texts/index.ts'

/** What can be known of a host that was never met. */
export interface HostFacts {
  /** Whose programs listen at its ports: the user's own, the job's (of a service account), or unknown where no look was possible. */
  ports: 'user' | 'job' | 'unseen'
  /** Another session's record names the same port on the same node. */
  shared: boolean
  /** The listening sockets are held by a process of this job. Only asked where records share the port. */
  ofJob: boolean
  /** This client has asked for the session, and its job started afterwards. */
  startedForUs: boolean
  /** The host says that it is unclaimed. */
  unclaimed: boolean
}

/** Tolerance of a start that Slurm reports in whole seconds, ms. */
const wholeSecondsMs = 2000

/**
 * A service account's jobs of other users run under the same Unix user: that a port is the account's says nothing of whose
 * session it is.
 * @returns null: the user is asked
 */
export function judgeHost({ ports, shared, ofJob, startedForUs, unclaimed }: HostFacts): HostProof | null {
  if (ports === 'user' && (!shared || ofJob)) return 'port-owner'
  return !shared && startedForUs && unclaimed ? 'record' : null
}

/** Why the user is asked, one sentence. */
export function whyUnproved({ shared, startedForUs, unclaimed }: HostFacts): Text {
  if (shared) return asText('desktop.ask.samePort')
  if (!startedForUs) return asText('desktop.ask.otherRequest')
  return asText(unclaimed ? 'desktop.ask.unseen' : 'desktop.ask.claimed')
}

/**
 * Whether a job started after it was asked for. Both are times of this computer's clock: the cluster's may be another one.
 * @param startedAt now less how long the job has run, Unix ms; null: not known
 * @param requestedAt Unix ms; null: this client did not ask for it
 */
export const startedAfter = (startedAt: number | null, requestedAt: number | null): boolean =>
  startedAt !== null && requestedAt !== null && startedAt >= requestedAt - wholeSecondsMs
