/** A portal's dashboard for one asker: its HTTP client, and the address, which is found once and looked for again after failures. */
import { fail, toFailure } from '../../shared/errors.ts'
import type { PortalHttp } from '../../protocols/portal/http.ts'
import { KeptHttp } from './kept-http.ts'
import type { PortalSite } from './site-registry.ts'

export interface PortalDashboardOptions<Api> {
  site: PortalSite
  /** What is asked, over the dashboard's address. */
  make: (http: PortalHttp, base: string) => Api
  /** Another client than one of its own. */
  kept?: KeptHttp
  /** An address that was found is looked for again only so long after that, ms: many sources may ask. */
  lookAgainMs?: number
}

export class PortalDashboard<Api> {
  private readonly options: PortalDashboardOptions<Api>
  private readonly kept: KeptHttp
  private found: Promise<Api> | null = null
  private foundAt = 0
  private closed = false

  constructor(options: PortalDashboardOptions<Api>) {
    this.options = options
    this.kept = options.kept ?? new KeptHttp(options.site.access)
  }

  /** Opened again until the portal is trusted: the user may confirm its certificate meanwhile. */
  http(): Promise<PortalHttp> {
    return this.kept.get()
  }

  /** After a failure the address is looked for again: the web server's form may have changed meanwhile. */
  async ask<T>(question: (api: Api) => Promise<T>): Promise<T> {
    if (this.found === null) {
      this.found = this.find()
      this.foundAt = performance.now()
    }
    const { found } = this
    try {
      return await question(await found)
    } catch (error) {
      const { site, lookAgainMs = 0 } = this.options
      const old = performance.now() - this.foundAt > lookAgainMs
      const lost =
        old ||
        (await found.then(
          () => false,
          () => true,
        ))
      if (this.found === found && lost) {
        this.found = null
        await site.bases.forget().catch(() => undefined)
      }
      if (toFailure(error).kind === 'untrusted-certificate') await this.kept.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.closed = true
    await this.kept.close()
  }

  private async find(): Promise<Api> {
    const http = await this.http()
    if (this.closed) throw new Error('closed')
    const base = await this.options.site.bases.dashboard(http)
    if (base === null) throw fail('portal-not-routed', 'dashboard')
    return this.options.make(http, base)
  }
}
