/** One HTTP client to a site's portal for all questions of the status, and the dashboard behind it. */
import { fail, toFailure } from '../../shared/errors.ts'
import { Dashboard } from '../../protocols/portal/dashboard.ts'
import type { PortalHttp } from '../../protocols/portal/http.ts'
import { KeptHttp, type PortalSite } from '../auth/index.ts'

export class StatusPortal {
  private readonly site: PortalSite
  private readonly kept: KeptHttp
  private readonly lookAgainMs: number
  private found: Promise<Dashboard> | null = null
  private foundAt = 0
  private closed = false

  /** @param lookAgainMs an address that was found is looked for again only so long after that */
  constructor(site: PortalSite, lookAgainMs: number) {
    this.site = site
    this.lookAgainMs = lookAgainMs
    this.kept = new KeptHttp(site.access)
  }

  /** Opened again until the portal is trusted: the user may confirm its certificate meanwhile. */
  http(): Promise<PortalHttp> {
    return this.kept.get()
  }

  /** Asks the dashboard; after a failure its address is looked for again. */
  async ask<T>(question: (dashboard: Dashboard) => Promise<T>): Promise<T> {
    if (this.found === null) {
      this.found = this.find()
      this.foundAt = performance.now()
    }
    const { found } = this
    try {
      return await question(await found)
    } catch (error) {
      // Many sources ask: the address is not looked for again for each of their failures.
      const old = performance.now() - this.foundAt > this.lookAgainMs
      const lost =
        old ||
        (await found.then(
          () => false,
          () => true,
        ))
      if (this.found === found && lost) {
        this.found = null
        await this.site.bases.forget().catch(() => undefined)
      }
      if (toFailure(error).kind === 'untrusted-certificate') await this.kept.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.closed = true
    await this.kept.close()
  }

  private async find(): Promise<Dashboard> {
    const http = await this.http()
    if (this.closed) throw new Error('closed')
    const base = await this.site.bases.dashboard(http)
    if (base === null) {
      throw fail('portal-not-routed', 'dashboard')
    }
    return new Dashboard(http, base)
  }
}
