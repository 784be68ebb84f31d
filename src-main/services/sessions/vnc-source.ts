/** Sessions of the portal's dashboard: VNC desktops. */
import { fail, toFailure, type Failure } from '../../shared/errors.ts'
import { VncApi, type VncSession } from '../../protocols/portal/vnc.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { Lease, PortalSite, SignInRequest } from '../auth/index.ts'
import type { JobOfSession } from '../cluster/index.ts'
import { PortalSource } from './portal-source.ts'
import type { PictureSize, SessionRecord, SessionSource } from './source.ts'

export class VncSource implements SessionSource {
  private readonly site: PortalSite
  private readonly made: Set<string>
  private readonly portal: PortalSource
  private user: string | null = null
  private api: VncApi | null = null

  /** @param made sessions that this client has asked for in this run; those of `create` are added */
  constructor(site: PortalSite, made: Set<string>) {
    this.site = site
    this.made = made
    this.portal = new PortalSource(site)
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
    const sessions = await this.ask((api) => api.sessions())
    return sessions
      .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
      .map((session) => this.toRecord(session))
  }

  async create(signal: AbortSignal, size: PictureSize): Promise<SessionRecord> {
    const session = await this.ask((api) => {
      signal.throwIfAborted()
      return api.create(size)
    })
    this.made.add(session.id)
    return this.toRecord(session)
  }

  async statusOf(id: string): Promise<string | null> {
    return (await this.list()).find((session) => session.id === id)?.status ?? null
  }

  remove(id: string): Promise<boolean> {
    return this.ask((api) => api.remove(id))
  }

  job(session: JobOfSession): Promise<SlurmJob | null> {
    return this.portal.job(session)
  }

  async close(): Promise<void> {
    this.api = null
    await this.portal.close()
  }

  private toRecord({ owner, imageName, ...session }: VncSession): SessionRecord {
    // Where the portal's dashboard checks no tokens, everybody is one user there.
    const shared = owner !== this.user && !this.made.has(session.id)
    return { ...session, imageId: imageName, shared }
  }

  /** After a failure the next question looks for the dashboard again: the web server's form may have changed meanwhile. */
  private async ask<T>(question: (api: VncApi) => Promise<T>): Promise<T> {
    try {
      return await question(await this.dashboard())
    } catch (error) {
      this.api = null
      await this.site.bases.forget().catch(() => undefined)
      throw error
    }
  }

  private async dashboard(): Promise<VncApi> {
    if (this.api) return this.api
    const http = await this.portal.http()
    const base = await this.site.bases.dashboard(http)
    if (base === null) {
      throw fail('portal-not-routed', 'vnc-dashboard')
    }
    this.api = new VncApi(http, base, () =>
      this.site.auth.token().catch((error: unknown) => {
        if (toFailure(error).kind === 'needs-answer') return null
        throw error
      }),
    )
    return this.api
  }
}
