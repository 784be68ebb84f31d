/**
 * Where a portal's dashboard was found: kept over runs of the client where it is not the usual place, looked for again after
 * failures. What the site profile names is neither kept nor looked for.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { PortalHttp } from '../../protocols/portal/http.ts'
import { writePrivateFile } from '../../protocols/private-file.ts'
import { probeDashboard, usualDashboard } from '../../protocols/portal/probe.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'

const fileShape = z.strictObject({ version: z.literal(1), dashboard: z.string().max(2000) })

export class BaseUrls {
  private readonly path: string
  private readonly portal: PortalProfile

  constructor(dataFolder: string, portal: PortalProfile) {
    const name = createHash('sha256').update(portal.origin).digest('hex').slice(0, 32)
    this.path = join(dataFolder, `base-urls-${name}.json`)
    this.portal = portal
  }

  /** Null: no route leads to it. */
  async dashboard(http: PortalHttp): Promise<string | null> {
    if (this.portal.dashboardUrl === undefined) {
      const kept = await this.read()
      if (kept !== null) return kept
    }
    const base = await probeDashboard(http, this.portal)
    if (this.portal.dashboardUrl === undefined && base !== null && base !== usualDashboard(this.portal))
      // The next run looks for it again where it cannot be kept.
      await this.write(base).catch(() => undefined)
    return base
  }

  /** The next question looks for it again. */
  forget(): Promise<void> {
    return rm(this.path, { force: true })
  }

  private async read(): Promise<string | null> {
    try {
      const { dashboard } = fileShape.parse(JSON.parse(await readFile(this.path, 'utf8')))
      // Another origin would get what is meant for this one.
      return new URL(dashboard).origin === new URL(this.portal.origin).origin ? dashboard : null
    } catch {
      return null
    }
  }

  private write(dashboard: string): Promise<void> {
    return writePrivateFile(this.path, JSON.stringify({ version: 1, dashboard }))
  }
}
