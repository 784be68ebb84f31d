/** Site checks for the page: at most one at a time for each site, the latest report kept. */
import type { Platform } from '../../ports/platform.ts'
import { fail, toFailure } from '../../shared/errors.ts'
import type { SiteCheckSnapshot } from '../../shared/model/site-check.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'
import { checkSite } from './index.ts'

export class SiteCheckService {
  private readonly platform: Pick<Platform, 'processes' | 'clock'>
  private readonly profiles: Map<string, LoadedProfile>
  private readonly version: string
  private readonly onChange: (snapshot: SiteCheckSnapshot) => void
  private readonly snapshots = new Map<string, SiteCheckSnapshot>()
  private readonly running = new Map<string, Promise<void>>()
  private readonly leaving = new AbortController()

  /** @param version of this client, for reports */
  constructor(
    platform: Pick<Platform, 'processes' | 'clock'>,
    profiles: readonly LoadedProfile[],
    version: string,
    onChange: (snapshot: SiteCheckSnapshot) => void,
  ) {
    this.platform = platform
    this.profiles = new Map(profiles.map((loaded) => [loaded.profile.id, loaded]))
    this.version = version
    this.onChange = onChange
  }

  get(siteId: string): SiteCheckSnapshot {
    return this.snapshots.get(siteId) ?? { siteId, progress: null, report: null, failure: null }
  }

  /** Begins a check, unless one is under way. A host key that the profile does not name is refused: nobody is asked. */
  run(siteId: string): SiteCheckSnapshot {
    const loaded = this.profiles.get(siteId)
    if (!loaded)
      throw fail('bad-request', { message: 'This site is not known.', nextStep: 'Reload the page.' })
    if (!this.running.has(siteId)) {
      this.update(siteId, { progress: { siteId, done: 0, total: 0, looking: [] }, failure: null })
      const work = this.check(siteId, loaded).finally(() => this.running.delete(siteId))
      this.running.set(siteId, work)
    }
    return this.get(siteId)
  }

  /** Breaks checks under way off; settles when they have put everything away. */
  async dispose(): Promise<void> {
    this.leaving.abort()
    await Promise.all(this.running.values())
  }

  private async check(siteId: string, loaded: LoadedProfile): Promise<void> {
    try {
      const report = await checkSite({
        loaded,
        platform: this.platform,
        version: this.version,
        signal: this.leaving.signal,
        onProgress: (progress) => this.update(siteId, { progress }),
      })
      this.update(siteId, { progress: null, report })
    } catch (error) {
      this.update(siteId, { progress: null, failure: toFailure(error) })
    }
  }

  private update(siteId: string, change: Partial<SiteCheckSnapshot>): void {
    const snapshot = { ...this.get(siteId), ...change }
    this.snapshots.set(siteId, snapshot)
    if (!this.leaving.signal.aborted) this.onChange(snapshot)
  }
}
