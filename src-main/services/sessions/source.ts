/** Where sessions come from: the portal, or Slurm itself. */
import type { Failure } from '../../shared/errors.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { HostPlace } from '../../protocols/slurm/batch.ts'
import type { Lease, SignInRequest } from '../auth/index.ts'
import type { JobOfSession } from '../cluster/index.ts'

export interface SessionSource {
  signIn(
    request: SignInRequest,
    onLost?: (failure: Failure) => void,
  ): Promise<Pick<Lease, 'user' | 'verified' | 'warnings'>>
  /** The first of the user's sessions that still runs or waits and fits, or null. */
  findRunning(fits: (session: PortalSession) => boolean): Promise<PortalSession | null>
  list(): Promise<PortalSession[]>
  /** Asks for a new session; not any more once aborted. */
  create(signal: AbortSignal): Promise<PortalSession>
  /** The source's word for one session; null when it knows it no more. */
  statusOf(id: string): Promise<string | null>
  /** Ends a session. @returns false: the source knew nothing of it, so that its job may go on */
  remove(id: string): Promise<boolean>
  close(): Promise<void>
  /**
   * What the source itself can tell of a session's job where Slurm cannot be asked; null: it is over.
   * @throws VizlinkError foreign-job: what has the number now is not the session's
   */
  job?(session: JobOfSession): Promise<SlurmJob | null>
  /** Where the job itself says that its host listens; null while it says nothing. Absent: the session names the port. */
  place?(id: string): Promise<HostPlace | null>
}
