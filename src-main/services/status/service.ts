/** The status panel's data: asked while somebody watches, each part at its own pace, never in the stream's way. */
import type { StatusSnapshot } from '../../shared/model/status.ts'
import type { Sites } from '../auth/index.ts'
import type { ClusterAccess, FindCluster } from '../cluster/index.ts'
import { SiteWatch, usualPace, type Pace } from './site-watch.ts'

export interface StatusOptions {
  /** The desktop of a site whose login may be used; none without it. */
  findCluster?: FindCluster
  /** For tests. */
  pace?: Partial<Pace>
}

export class StatusService {
  private readonly auths: Sites
  private readonly onChange: (snapshot: StatusSnapshot) => void
  private readonly findCluster: FindCluster
  private readonly pace: Pace
  private readonly watches = new Map<string, SiteWatch>()

  constructor(auths: Sites, onChange: (snapshot: StatusSnapshot) => void, options: StatusOptions = {}) {
    this.auths = auths
    this.onChange = onChange
    this.findCluster = options.findCluster ?? (() => null)
    this.pace = { ...usualPace, ...options.pace }
  }

  /** @param desktopId whose node is looked at; of several watchers the latest one decides */
  async watch(siteId: string, watcher: string, on: boolean, desktopId: string | null = null): Promise<void> {
    const watch = this.watches.get(siteId)
    if (on) {
      const site = this.auths.of(siteId)
      const find = (preferred: string | null): ClusterAccess | null => this.findCluster(siteId, preferred)
      const running = watch ?? new SiteWatch(site, find, this.onChange, this.pace, desktopId)
      this.watches.set(siteId, running)
      running.watchers.add(watcher)
      running.lookAt(desktopId)
      running.report()
      return
    }
    watch?.watchers.delete(watcher)
    if (watch && watch.watchers.size === 0) {
      this.watches.delete(siteId)
      await watch.stop()
    }
  }

  /** Asks once for a part that is too costly to be asked for again and again. */
  async refresh(siteId: string, part: 'dataDisk' | 'scratch'): Promise<void> {
    await this.watches.get(siteId)?.refresh(part)
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
