/** The status panel's data: polled while somebody watches, each part at its own pace, never in the stream's way. */
import { fail, toFailure } from '../../shared/errors.ts'
import type { StatusSnapshot } from '../../shared/model/status.ts'
import { Dashboard, type DashboardAnswer } from '../../protocols/portal/dashboard.ts'
import { PortalHttp } from '../../protocols/portal/http.ts'
import { probeDashboard } from '../../protocols/portal/probe.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'

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
  private readonly http: PortalHttp
  private readonly loaded: LoadedProfile
  private readonly onChange: (snapshot: StatusSnapshot) => void
  private readonly pace: Pace
  private snapshot: StatusSnapshot
  private dashboard: Promise<Dashboard> | null = null
  private readonly timers = new Map<Part, NodeJS.Timeout>()
  private stopped = false
  readonly watchers = new Set<string>()

  constructor(loaded: LoadedProfile, onChange: (snapshot: StatusSnapshot) => void, pace: Pace) {
    this.loaded = loaded
    this.pace = pace
    this.onChange = onChange
    this.http = new PortalHttp(loaded.portalCa)
    this.snapshot = emptySnapshot(loaded.profile.id)
    for (const part of ['services', 'nodes', 'jobs'] as const) void this.poll(part)
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const timer of this.timers.values()) clearTimeout(timer)
    await this.http.close()
  }

  private async find(): Promise<Dashboard> {
    const base = await probeDashboard(this.http, this.loaded.profile.portal)
    if (base === null) {
      throw fail('portal-not-routed', {
        message: 'The portal has no route to its dashboard.',
        nextStep: 'Ask your administrator to name portal.dashboardUrl in the site profile.',
      })
    }
    return new Dashboard(this.http, base)
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
  private readonly profiles: Map<string, LoadedProfile>
  private readonly onChange: (snapshot: StatusSnapshot) => void
  private readonly pace: Pace
  private readonly watches = new Map<string, SiteWatch>()

  /** @param pace for tests */
  constructor(
    profiles: readonly LoadedProfile[],
    onChange: (snapshot: StatusSnapshot) => void,
    pace: Pace = usualPace,
  ) {
    this.pace = pace
    this.profiles = new Map(profiles.map((loaded) => [loaded.profile.id, loaded]))
    this.onChange = onChange
  }

  async watch(siteId: string, watcher: string, on: boolean): Promise<void> {
    const loaded = this.profiles.get(siteId)
    if (!loaded) return
    const watch = this.watches.get(siteId)
    if (on) {
      const running = watch ?? new SiteWatch(loaded, this.onChange, this.pace)
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
