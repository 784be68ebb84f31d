/** Sessions of the portal's dashboard: VNC desktops. */
import { toFailure, type Failure } from '../../shared/errors.ts'
import type { PortalHttp } from '../../protocols/portal/http.ts'
import { VncApi, type VncSession } from '../../protocols/portal/vnc.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import { PortalDashboard, type Lease, type PortalSite, type SignInRequest } from '../auth/index.ts'
import type { JobOfSession } from '../cluster/index.ts'
import { PortalSource } from './portal-source.ts'
import type { Image } from '../../shared/model/image.ts'
import type { Text } from '../../shared/texts/index.ts'
import { imageOf } from './image-of-session.ts'
import type { NewSession, SessionRecord, SessionSource } from './source.ts'

export class VncSource implements SessionSource {
  private readonly made: Set<string>
  private readonly portal: PortalSource
  private readonly dashboard: PortalDashboard<VncApi>
  private user: string | null = null

  /** @param made sessions that this client has asked for in this run; those of `create` are added */
  constructor(site: PortalSite, made: Set<string>) {
    this.made = made
    this.portal = new PortalSource(site)
    const token = (): Promise<string | null> =>
      site.auth.token().catch((error: unknown) => {
        if (toFailure(error).kind === 'needs-answer') return null
        throw error
      })
    const make = (http: PortalHttp, base: string): VncApi => new VncApi(http, base, token)
    this.dashboard = new PortalDashboard({ site, make, kept: this.portal.kept })
  }

  async signIn(
    request: SignInRequest,
    onLost?: (failure: Failure) => void,
  ): Promise<Pick<Lease, 'user' | 'verified' | 'warnings'>> {
    const lease = await this.portal.signIn(request, onLost)
    this.user = lease.user
    return lease
  }

  async findRunning(fits: (session: SessionRecord) => boolean): Promise<SessionRecord | null> {
    return (await this.list()).find(fits) ?? null
  }

  /** Newest first. */
  async list(): Promise<SessionRecord[]> {
    const sessions = await this.dashboard.ask((api) => api.sessions())
    return sessions
      .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
      .map((session) => this.toRecord(session))
  }

  images(): Promise<Image[] | null> {
    return this.dashboard.ask((api) => api.images())
  }

  async create(
    signal: AbortSignal,
    { size, image, hours }: NewSession,
    note: (text: Text) => void,
  ): Promise<SessionRecord> {
    // The portal takes its default one where the list cannot be had.
    const images = await this.images().catch(() => null)
    const imageId = imageOf('vnc', images, { wished: image, preset: null }, note)
    const session = await this.dashboard.ask((api) => {
      signal.throwIfAborted()
      return api.create({ ...size, imageId, hours })
    })
    this.made.add(session.id)
    return this.toRecord(session)
  }

  async statusOf(id: string): Promise<string | null> {
    return (await this.list()).find((session) => session.id === id)?.status ?? null
  }

  remove(id: string): Promise<boolean> {
    return this.dashboard.ask((api) => api.remove(id))
  }

  job(session: JobOfSession): Promise<SlurmJob | null> {
    return this.portal.job(session)
  }

  close(): Promise<void> {
    return this.portal.close()
  }

  private toRecord({ owner, ...session }: VncSession): SessionRecord {
    // Where the portal's dashboard checks no tokens, everybody is one user there.
    const shared = owner !== this.user && !this.made.has(session.id)
    return { ...session, shared }
  }
}
