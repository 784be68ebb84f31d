/** Where sessions come from: a service of the portal, or Slurm itself. */
import type { Failure } from '../../shared/errors.ts'
import type { ImageWish } from '../../domain/image-choice.ts'
import type { VideoRequest } from '../../shared/model/desktop.ts'
import type { Image } from '../../shared/model/image.ts'
import type { Text } from '../../shared/texts/index.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { HostPlace } from '../../protocols/slurm/batch.ts'
import type { Lease, SignInRequest } from '../auth/index.ts'
import type { JobOfSession } from '../cluster/index.ts'

/** A source's record of one session. */
export interface SessionRecord extends PortalSession {
  /** When its job must end, Unix ms, where the source knows it. */
  endsAt?: number | null
  /** The source does not distinguish its users, and this client did not ask for it: it may be anybody's. */
  shared?: boolean
  /** Where its job runs, as far as this client knows. */
  node?: string | null
}

/** What a new session shall be like; each source takes what it can offer. */
export interface NewSession {
  /** Pixels. */
  size: Pick<VideoRequest, 'width' | 'height'>
  /** Null: the source's own choice. */
  image: ImageWish | null
  /** Time limit; null: the source's own. */
  hours: number | null
}

export interface SessionSource {
  signIn(
    request: SignInRequest,
    onLost?: (failure: Failure) => void,
  ): Promise<Pick<Lease, 'user' | 'verified' | 'warnings'>>
  /** The first of the user's sessions that still runs or waits and fits, or null. */
  findRunning(fits: (session: SessionRecord) => boolean): Promise<SessionRecord | null>
  list(): Promise<SessionRecord[]>
  /**
   * Asks for a new session. Does nothing once aborted.
   * @param note gets a sentence where the session is another than was wanted
   */
  create(signal: AbortSignal, wanted: NewSession, note: (text: Text) => void): Promise<SessionRecord>
  /** What new sessions can run; null: the source has no list of it. Absent: there is nothing to choose from. */
  images?(): Promise<Image[] | null>
  /** The source's word for one session; null when it knows it no more. */
  statusOf(id: string): Promise<string | null>
  /** Ends a session. @returns false: the source knew nothing of it, so that its job may go on */
  remove(id: string): Promise<boolean>
  close(): Promise<void>
  /**
   * What the source itself reports of a session's job where Slurm cannot be asked; null: it is over.
   * @throws VizlinkError foreign-job: what has the number now is not the session's
   */
  job?(session: JobOfSession): Promise<SlurmJob | null>
  /** Where the job itself says that its host listens; null while it says nothing. Absent: the session names the port. */
  place?(id: string): Promise<HostPlace | null>
}
