/** The portal as a source of sessions: sign in, find or make the session, follow its job, end it. */
import { fail, type Failure } from '../../shared/errors.ts'
import { desktopJob } from '../../domain/desktop-job.ts'
import type { Session } from '../../shared/model/desktop.ts'
import type { Image } from '../../shared/model/image.ts'
import type { Text } from '../../shared/texts/index.ts'
import { jobFromTable } from '../../protocols/portal/job-table.ts'
import { moonlightImages } from '../../protocols/portal/images.ts'
import { MoonlightApi, type PortalSession } from '../../protocols/portal/moonlight.ts'
import { probeMoonlight } from '../../protocols/portal/probe.ts'
import { desktopsOwn } from '../../protocols/slurm/cancel.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import { KeptHttp, type Lease, type PortalSite, type SignInRequest } from '../auth/index.ts'
import type { LoadedProfile } from '../sites/index.ts'
import type { JobOfSession } from '../cluster/index.ts'
import { imageOf } from './image-of-session.ts'
import type { NewSession, SessionRecord, SessionSource } from './source.ts'

/** Portal words for a session that is over. */
const over = new Set([
  'completed',
  'completing',
  'failed',
  'cancelled',
  'timeout',
  'node_fail',
  'out_of_memory',
  'stopped',
])

/** Whether a session is over by the portal's word for it. */
export const isOver = (status: string): boolean => over.has(status)

/** The part of a site where its users sign in. */
export type SignInSite = Pick<PortalSite, 'portal' | 'access'> & {
  loaded: Pick<LoadedProfile, 'profile'>
  auth: Pick<PortalSite['auth'], 'signIn'>
}

export class PortalSource implements SessionSource {
  private readonly site: SignInSite
  /** The one client of everything that is asked for its sessions. */
  readonly kept: KeptHttp
  private moonlightBase: string | null = null
  private lease: Lease | null = null
  private api: MoonlightApi | null = null

  constructor(site: SignInSite) {
    this.site = site
    this.kept = new KeptHttp(site.access)
  }

  /**
   * Signs in, or joins the app's sign-in that there is.
   * @param onLost called when the portal does not know the sign-in any more
   */
  async signIn(
    request: SignInRequest,
    onLost: (failure: Failure) => void = () => undefined,
  ): Promise<Pick<Lease, 'user' | 'verified' | 'warnings'>> {
    const lease = await this.site.auth.signIn(request)
    if (request.signal.aborted) {
      // The desktop was left meanwhile, and has given back what it had.
      await lease.release()
      request.signal.throwIfAborted()
    }
    lease.onLost(onLost)
    const before = this.lease
    this.lease = lease
    this.api = null
    await before?.release()
    return lease
  }

  async findRunning(fits: (session: PortalSession) => boolean): Promise<PortalSession | null> {
    const sessions = await (await this.moonlight()).sessions()
    return sessions.find((session) => !isOver(session.status) && fits(session)) ?? null
  }

  async list(): Promise<PortalSession[]> {
    return (await this.moonlight()).sessions()
  }

  /** Wants no sign-in. */
  async images(): Promise<Image[] | null> {
    return moonlightImages(await this.kept.get(), await this.base())
  }

  /**
   * Asks for a new session with the image that is wished for, else the profile's, else the portal's default one, else another that
   * is there; not any more once aborted.
   * @throws VizlinkError image-missing: the portal says that none is there, or not the one that must be
   */
  async create(
    signal: AbortSignal,
    { image: wished }: Pick<NewSession, 'image'> = { image: null },
    note: (text: Text) => void = () => undefined,
  ): Promise<PortalSession> {
    const api = await this.moonlight()
    const preset = this.site.portal.imageId ?? null
    const images = await this.images().catch((error: unknown) => {
      // The one that is wanted can be asked for without the list.
      if (wished === null && preset === null) throw error
      return null
    })
    const imageId = imageOf('stream', images, { wished, preset }, note)
    signal.throwIfAborted()
    return api.create(imageId)
  }

  /** The portal's word for one session; null when it knows it no more. */
  async statusOf(id: string): Promise<string | null> {
    return (await this.list()).find((session) => session.id === id)?.status ?? null
  }

  async job({ id, jobId }: JobOfSession): Promise<SlurmJob | null> {
    const job = await jobFromTable(await this.kept.get(), this.site.portal, jobId)
    return desktopsOwn(job, desktopJob(id, this.site.loaded.profile.slurm.partition))
  }

  async remove(id: string): Promise<boolean> {
    return (await this.moonlight()).remove(id)
  }

  /** Gives the sign-in back: the last one of a login without password revokes its token. */
  async close(): Promise<void> {
    const { lease } = this
    this.lease = null
    this.api = null
    await lease?.release()
    await this.kept.close()
  }

  private async moonlight(): Promise<MoonlightApi> {
    if (this.api) return this.api
    const user = this.lease?.user
    if (!user) throw fail('token-expired', 'not-signed-in')
    this.api = new MoonlightApi(await this.kept.get(), await this.base(), user)
    return this.api
  }

  private async base(): Promise<string> {
    this.moonlightBase ??= await probeMoonlight(await this.kept.get(), this.site.portal)
    if (this.moonlightBase !== null) return this.moonlightBase
    throw fail('portal-not-routed', 'desktop-service', {
      evidence: [{ label: 'portal', value: this.site.portal.origin }],
    })
  }
}

/** A session as the page sees it. */
export function toSession(
  { id, jobId, status, imageId, createdAt, endsAt, shared, node = null }: SessionRecord,
  jobSeconds: number,
): Session {
  const limit = createdAt === null ? null : createdAt + jobSeconds * 1000
  const known = { id, jobId, node, status, imageId, createdAt, runningSince: null }
  return {
    ...known,
    endsAt: endsAt === undefined ? limit : endsAt,
    ...(shared === undefined ? {} : { shared }),
  }
}
