/** Notifications for a user who looks elsewhere, and what is remembered of a session. */
import { isDeepStrictEqual } from 'node:util'
import { timeLeftWarning } from '../../domain/job-time.ts'
import { nameSession } from '../../domain/session-name.ts'
import { waitedInQueue } from '../../domain/steps.ts'
import { toFailure } from '../../shared/errors.ts'
import type { DesktopKind, DesktopSnapshot, Session } from '../../shared/model/desktop.ts'
import type { Platform } from '../../ports/platform.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { SessionMemory, SessionRecord } from '../sessions/index.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

export class SessionNotes {
  private readonly kind: DesktopKind
  private readonly memory: SessionMemory
  private readonly platform: Pick<Platform, 'notify' | 'clock' | 'logger'>
  private readonly siteName: string
  private rememberedStart: number | null = null
  private rememberedNode: string | null = null
  /** When this client asked for the session, Unix ms; null: it did not. */
  requestedAt: number | null = null
  private readyReported = false
  private endWarning: ReturnType<typeof timeLeftWarning> = null

  constructor(
    kind: DesktopKind,
    memory: SessionMemory,
    platform: Pick<Platform, 'notify' | 'clock' | 'logger'>,
    siteName: string,
  ) {
    this.kind = kind
    this.memory = memory
    this.platform = platform
    this.siteName = siteName
  }

  /** How good Slurm's estimates were. */
  get estimates(): Pick<SessionMemory, 'typicalErrorMs' | 'noteEstimate'> {
    return this.memory
  }

  /**
   * What can be found again when the portal has forgotten it; only the host of a stream knows this computer again. A full disk must
   * not keep anybody from a desktop.
   */
  async remember(
    session: SessionRecord,
    startedAt: number | null = null,
    requestedAt = this.requestedAt,
    node: string | null = null,
  ): Promise<void> {
    this.rememberedStart = startedAt
    this.rememberedNode = node
    this.requestedAt = requestedAt
    if (this.kind !== 'stream') return
    const { id, jobId, port, imageId, createdAt } = session
    const kept = { id, jobId, port, imageId, createdAt, startedAt, requestedAt, node }
    await this.memory.remember(kept).catch((error: unknown) => {
      const { evidence } = toFailure(error)
      this.platform.logger.log('warn', 'session.not-remembered', { reason: evidence[0]?.value })
    })
  }

  /** The start distinguishes this job from a later one with its number. */
  sawJob(session: SessionRecord | null, job: SlurmJob): void {
    const { state, startsAt, node } = job
    const isNews = startsAt !== this.rememberedStart || node !== this.rememberedNode
    if (session && state === 'RUNNING' && isNews)
      void this.remember(session, startsAt, this.requestedAt, node)
  }

  /** After a long wait the user is looking elsewhere; a reconnection is no news. */
  reportReady({ steps, session }: Pick<DesktopSnapshot, 'steps' | 'session'>): void {
    if (this.readyReported || !waitedInQueue(steps)) return
    this.readyReported = true
    const name = nameSession(this.siteName, session)
    this.platform.notify(asText('desktop.news.ready'), asText('desktop.news.runs', { session: name }))
  }

  /**
   * Warns when the job's limit is near, also beside the window.
   * @returns the warnings that hold now: of two about the end the later one alone; null where nothing changes
   */
  warnOfEnd(session: Session | null, warnings: readonly Text[]): Text[] | null {
    const warning = timeLeftWarning(session?.endsAt ?? null, this.platform.clock.now())
    if (!warning || warning.threshold === this.endWarning?.threshold) return null
    const last = this.endWarning?.text
    const others = warnings.filter((text) => !isDeepStrictEqual(text, last))
    this.endWarning = warning
    const name = nameSession(this.siteName, session)
    this.platform.notify(
      asText('desktop.news.endsSoon'),
      asText('desktop.news.of', { session: name, warning: warning.text }),
    )
    return [...others, warning.text]
  }
}
