/** What the desktops of one site share: who has which session, whose turn it is to ask for one, and what is kept of them. */
import { join } from 'node:path'
import type { DesktopKind } from '../../shared/model/desktop.ts'
import type { Platform } from '../../ports/platform.ts'
import { type Pairings, pairingsOf } from '../host/index.ts'
import { SiteEndings } from './endings.ts'
import { SessionMemory } from './memory.ts'
import { SessionTurns } from './turns.ts'

export class SiteSessions {
  readonly turns: Record<DesktopKind, SessionTurns>
  /** VNC sessions that this client has asked for in this run: the portal may not say whose they are. */
  readonly made = new Set<string>()
  readonly pairings: Pairings
  readonly memory: SessionMemory
  readonly endings: SiteEndings

  /** @param onPending called when the end of a session is to be tried again */
  constructor(platform: RegistryPlatform, siteId: string, onPending: () => void) {
    this.pairings = pairingsOf(platform.secrets, siteId)
    const turnsOf = (kind: DesktopKind): SessionTurns =>
      new SessionTurns(join(platform.dataFolder, `turn-${kind}-${siteId}`))
    this.turns = { stream: turnsOf('stream'), vnc: turnsOf('vnc') }
    this.memory = new SessionMemory(platform.dataFolder, siteId)
    this.endings = new SiteEndings(this.memory, this.pairings, platform.clock, onPending)
  }
}

type RegistryPlatform = Pick<Platform, 'secrets' | 'dataFolder' | 'clock'>

/** One for each site. */
export class SessionRegistry {
  private readonly platform: RegistryPlatform
  private readonly sites = new Map<string, SiteSessions>()
  /** Called when the end of a session at a site is to be tried again; without a listener it is not. */
  onPending: (siteId: string) => void = () => undefined

  constructor(platform: RegistryPlatform) {
    this.platform = platform
  }

  of(siteId: string): SiteSessions {
    const sessions =
      this.sites.get(siteId) ?? new SiteSessions(this.platform, siteId, () => this.onPending(siteId))
    this.sites.set(siteId, sessions)
    return sessions
  }
}
