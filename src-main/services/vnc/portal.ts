/** The portal's side of a VNC desktop: the sign-in that stands, and the dashboard's sessions. */
import { fail, toFailure } from '../../shared/errors.ts'
import { VncApi, type VncSession, type VncWish } from '../../protocols/portal/vnc.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { PortalSite, SignInRequest } from '../auth/index.ts'
import type { JobOfSession } from '../cluster/index.ts'
import { PortalSource } from '../sessions/index.ts'

export class VncPortal {
  private readonly site: PortalSite
  private readonly side: PortalSource
  private api: VncApi | null = null

  constructor(site: PortalSite) {
    this.site = site
    this.side = new PortalSource(site)
  }

  /** @returns who is signed in, and what the user should read of it */
  signIn(request: SignInRequest): Promise<{ user: string; warnings: string[] }> {
    return this.side.signIn(request)
  }

  list(): Promise<VncSession[]> {
    return this.ask((api) => api.sessions())
  }

  create(wish: VncWish): Promise<VncSession> {
    return this.ask((api) => api.create(wish))
  }

  remove(id: string): Promise<boolean> {
    return this.ask((api) => api.remove(id))
  }

  /** The portal's word for a session; null when it knows it no more. */
  async statusOf(id: string): Promise<string | null> {
    return (await this.list()).find((session) => session.id === id)?.status ?? null
  }

  job(session: JobOfSession): Promise<SlurmJob | null> {
    return this.side.job(session)
  }

  async close(): Promise<void> {
    this.api = null
    await this.side.close()
  }

  /** After a failure the next question looks for the dashboard anew: the web server's form may have changed meanwhile. */
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
    const http = await this.side.http()
    const base = await this.site.bases.dashboard(http)
    if (base === null) {
      throw fail('portal-not-routed', {
        message: 'The portal has no route to its dashboard, which makes VNC desktops.',
        nextStep: 'Ask your administrator to name portal.dashboardUrl in the site profile.',
      })
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
