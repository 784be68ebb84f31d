/** Site checks for the page: at most one at a time for each site, the latest report kept. */
import type { Platform } from '../ports/platform.ts'
import { toFailure } from '../shared/errors.ts'
import type { SiteCheckSnapshot } from '../shared/model/site-check.ts'
import type { LoadedProfile } from '../services/sites/index.ts'
import { QuestionBoard } from '../services/questions/index.ts'
import type { ClusterAccess } from '../services/cluster/index.ts'
import { checkSite } from './check.ts'

type CheckPlatform = Pick<Platform, 'processes' | 'clock' | 'dataFolder' | 'systemProxy'>

export interface SiteCheckServiceOptions {
  /** Of this client, for reports. */
  version: string
  /** A site's profile. Throws where there is no such site. */
  profileOf(this: void, siteId: string): LoadedProfile
  /** An existing login at a site, or null. */
  findCluster(this: void, siteId: string): ClusterAccess | null
  onChange(this: void, snapshot: SiteCheckSnapshot): void
}

export class SiteCheckService {
  private readonly platform: CheckPlatform
  private readonly options: SiteCheckServiceOptions
  private readonly snapshots = new Map<string, SiteCheckSnapshot>()
  private readonly running = new Map<string, Promise<void>>()
  /** Who asks the user while a check logs in. */
  private readonly boards = new Map<string, QuestionBoard>()
  private readonly leaving = new AbortController()

  constructor(platform: CheckPlatform, options: SiteCheckServiceOptions) {
    this.platform = platform
    this.options = options
  }

  get(siteId: string): SiteCheckSnapshot {
    return (
      this.snapshots.get(siteId) ?? { siteId, progress: null, question: null, report: null, failure: null }
    )
  }

  /** Answers the question that a check has open; `values` null: refused. An answer to one that is over is no fault. */
  answer(siteId: string, questionId: string, values: string[] | null): void {
    this.boards.get(siteId)?.answer(questionId, values)
  }

  /** Begins a check, unless one is under way. What a login of its own asks comes as `question`. */
  run(siteId: string): SiteCheckSnapshot {
    const loaded = this.options.profileOf(siteId)
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
    for (const board of this.boards.values()) board.close()
    await Promise.all(this.running.values())
  }

  private async check(siteId: string, loaded: LoadedProfile): Promise<void> {
    const board = new QuestionBoard((question) => this.update(siteId, { question }))
    this.boards.set(siteId, board)
    const result = await checkSite({
      loaded,
      platform: this.platform,
      version: this.options.version,
      questions: board.handlers,
      interaction: board,
      standing: this.options.findCluster(siteId),
      signal: this.leaving.signal,
      onProgress: (progress) => this.update(siteId, { progress }),
    }).then(
      (report) => ({ report }),
      (error: unknown) => ({ failure: toFailure(error) }),
    )
    this.boards.delete(siteId)
    board.close()
    this.update(siteId, { progress: null, question: null, ...result })
  }

  private update(siteId: string, change: Partial<SiteCheckSnapshot>): void {
    const snapshot = { ...this.get(siteId), ...change }
    this.snapshots.set(siteId, snapshot)
    if (!this.leaving.signal.aborted) this.options.onChange(snapshot)
  }
}
