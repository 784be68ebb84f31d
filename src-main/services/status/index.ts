/** The status panel's data: polled while somebody watches, each part at its own pace, never in the stream's way. */
import { fail, toFailure } from '../../shared/errors.ts'
import type { StatusSnapshot } from '../../shared/model/status.ts'
import { Dashboard, type DashboardAnswer } from '../../protocols/portal/dashboard.ts'
import type { PortalHttp } from '../../protocols/portal/http.ts'
import { probeDashboard } from '../../protocols/portal/probe.ts'
import type { AuthServices, SiteAuth } from '../auth/index.ts'

type Part = 'services' | 'nodes' | 'jobs'
/** Pause between an answer and the next question, ms. */
type Pace = Record<Part, number>
const usualPace: Pace = { services: 15_000, nodes: 15_000, jobs: 10_000 }
const source = 'Portal dashboard'

function emptySnapshot(siteId: string): StatusSnapshot {
  const nothing = { value: null, source, at: null, problem: null, invented: false }
  return { siteId, services: nothing, nodes: nothing, jobs: nothing }
}

class SiteWatch {
  private readonly site: SiteAuth
  private http: Promise<PortalHttp> | null = null
  private readonly onChange: (snapshot: StatusSnapshot) => void
  private readonly pace: Pace
  private snapshot: StatusSnapshot
  private dashboard: Promise<Dashboard> | null = null
  private readonly timers = new Map<Part, NodeJS.Timeout>()
  private stopped = false
  readonly watchers = new Set<string>()

  constructor(site: SiteAuth, onChange: (snapshot: StatusSnapshot) => void, pace: Pace) {
    this.site = site
    this.pace = pace
    this.onChange = onChange
    this.snapshot = emptySnapshot(site.loaded.profile.id)
    for (const part of ['services', 'nodes', 'jobs'] as const) void this.poll(part)
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const timer of this.timers.values()) clearTimeout(timer)
    await (await this.http?.catch(() => null))?.close()
  }

  private async find(): Promise<Dashboard> {
    // Opened anew until the portal is trusted: the user may confirm its certificate meanwhile.
    this.http ??= this.site.access.open()
    const http = await this.http
    const base = await probeDashboard(http, this.site.loaded.profile.portal).catch(async (error: unknown) => {
      if (toFailure(error).kind === 'untrusted-certificate') {
        this.http = null
        await http.close()
      }
      throw error
    })
    if (base === null) {
      throw fail('portal-not-routed', {
        message: 'The portal has no route to its dashboard.',
        nextStep: 'Ask your administrator to name portal.dashboardUrl in the site profile.',
      })
    }
    return new Dashboard(http, base)
  }

  private async poll(part: Part): Promise<void> {
    try {
      this.dashboard ??= this.find()
      const dashboard = await this.dashboard
      const ask: Record<Part, () => Promise<DashboardAnswer<unknown>>> = {
        services: () => dashboard.health(),
        nodes: () => dashboard.nodes(),
        jobs: () => dashboard.jobs(),
      }
      const { value, invented } = await ask[part]()
      this.set(part, { value, source, at: Date.now(), problem: null, invented })
    } catch (error) {
      this.dashboard = null
      // The last good value stays, with its age.
      this.set(part, { ...this.snapshot[part], problem: toFailure(error).message })
    }
    if (!this.stopped)
      this.timers.set(
        part,
        setTimeout(() => void this.poll(part), this.pace[part]),
      )
  }

  private set(part: Part, value: object): void {
    if (this.stopped) return
    this.snapshot = { ...this.snapshot, [part]: value }
    this.onChange(this.snapshot)
  }
}

export class StatusService {
  private readonly auths: AuthServices
  private readonly onChange: (snapshot: StatusSnapshot) => void
  private readonly pace: Pace
  private readonly watches = new Map<string, SiteWatch>()

  /** @param pace for tests */
  constructor(auths: AuthServices, onChange: (snapshot: StatusSnapshot) => void, pace: Pace = usualPace) {
    this.pace = pace
    this.auths = auths
    this.onChange = onChange
  }

  async watch(siteId: string, watcher: string, on: boolean): Promise<void> {
    const watch = this.watches.get(siteId)
    if (on) {
      const running = watch ?? new SiteWatch(this.auths.of(siteId), this.onChange, this.pace)
      this.watches.set(siteId, running)
      running.watchers.add(watcher)
      return
    }
    watch?.watchers.delete(watcher)
    if (watch && watch.watchers.size === 0) {
      this.watches.delete(siteId)
      await watch.stop()
    }
  }

  /** A page is gone. */
  async forget(watcher: string): Promise<void> {
    await Promise.all([...this.watches.keys()].map((siteId) => this.watch(siteId, watcher, false)))
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.watches.values()].map((watch) => watch.stop()))
    this.watches.clear()
  }
}
