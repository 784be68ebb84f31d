/** What the connections to one site share: who has which session, whose turn it is to ask for one, and what is kept of them. */
import type { Platform } from '../../ports/platform.ts'
import { pairingsOf, type Pairings } from '../connection/pairings.ts'
import { SessionMemory } from './memory.ts'
import { SessionTurns } from './session-turns.ts'

export class SiteSessions extends SessionTurns {
  readonly pairings: Pairings
  readonly memory: SessionMemory

  constructor(platform: Pick<Platform, 'secrets' | 'dataFolder'>, siteId: string) {
    super()
    this.pairings = pairingsOf(platform.secrets, siteId)
    this.memory = new SessionMemory(platform.dataFolder, siteId)
  }
}

/** One for each site. */
export class SessionRegistry {
  private readonly platform: Pick<Platform, 'secrets' | 'dataFolder'>
  private readonly sites = new Map<string, SiteSessions>()

  constructor(platform: Pick<Platform, 'secrets' | 'dataFolder'>) {
    this.platform = platform
  }

  of(siteId: string): SiteSessions {
    const sessions = this.sites.get(siteId) ?? new SiteSessions(this.platform, siteId)
    this.sites.set(siteId, sessions)
    return sessions
  }
}
