/** Tries again to end sessions that could not be ended at once, also those of an earlier run of the client. */
import { toFailure } from '../../shared/errors.ts'
import type { Logger } from '../../ports/platform.ts'
import type { KeptEnding } from './memory.ts'
import type { SessionRegistry } from './site-sessions.ts'

/** Pauses between attempts, ms: doubled each time, up to the last. */
const firstPauseMs = 3000
const longestPauseMs = 60_000

export interface EndingRetriesOptions {
  registry: SessionRegistry
  logger: Logger
  /** One more attempt, by a login of its own. Asks the user nothing. */
  again: (siteId: string, ending: KeptEnding) => Promise<unknown>
}

export class EndingRetries {
  private readonly options: EndingRetriesOptions
  private readonly timers = new Map<string, NodeJS.Timeout>()
  private readonly running = new Set<Promise<void>>()
  private disposed = false

  constructor(options: EndingRetriesOptions) {
    this.options = options
    options.registry.onPending = (siteId) => this.schedule(siteId, firstPauseMs)
  }

  /** Takes up what earlier runs left. */
  async resume(siteIds: readonly string[]): Promise<void> {
    for (const siteId of siteIds) {
      const kept = await this.options.registry.of(siteId).endings.all()
      if (kept.length > 0) this.schedule(siteId, firstPauseMs)
    }
  }

  /** Ends the pauses and waits for attempts that are under way. */
  async dispose(): Promise<void> {
    this.disposed = true
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    await Promise.all(this.running)
  }

  /** A pause that has begun stays as it is. */
  private schedule(siteId: string, pauseMs: number): void {
    if (this.disposed || this.timers.has(siteId)) return
    const timer = setTimeout(() => {
      const work = this.tryAll(siteId)
        .then((left) => {
          this.timers.delete(siteId)
          if (left) this.schedule(siteId, Math.min(longestPauseMs, 2 * pauseMs))
        })
        .finally(() => this.running.delete(work))
      this.running.add(work)
    }, pauseMs)
    this.timers.set(siteId, timer.unref())
  }

  /** @returns whether some are still being ended */
  private async tryAll(siteId: string): Promise<boolean> {
    const { registry, again, logger } = this.options
    const { endings } = registry.of(siteId)
    for (const ending of await endings.all()) {
      if (this.disposed) return false
      await again(siteId, ending).catch((error: unknown) => {
        logger.log('info', 'session.still-ending', { siteId, kind: toFailure(error).kind })
      })
    }
    return (await endings.all()).length > 0
  }
}
