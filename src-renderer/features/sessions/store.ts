/** The user's running sessions of one kind, by site. */
import { createStore } from 'zustand'
import { toFailure, type Failure } from '../../../src-main/shared/errors.ts'
import type { DesktopKind, Session } from '../../../src-main/shared/model/desktop.ts'
import type { Client } from '../../api/index.ts'
import type { Saying } from '../../../src-main/shared/texts/index.ts'
import { withMember } from '../../ui/with-member.ts'

interface SiteSessions {
  list: Session[]
  failure: Failure | null
}

interface SessionState {
  bySite: Record<string, SiteSessions>
  /** Sessions whose end was asked for and not yet answered. */
  ending: ReadonlySet<string>
  /** Sessions that were ended here: what was said of their views before does not hold any more. */
  ended: ReadonlySet<string>
}

export type SessionStore = ReturnType<typeof createSessionStore>

export function createSessionStore(client: Pick<Client, 'call'>, kind: DesktopKind) {
  const store = createStore<SessionState>(() => ({ bySite: {}, ending: new Set(), ended: new Set() }))

  function put(siteId: string, sessions: SiteSessions): void {
    store.setState(({ bySite }) => ({ bySite: { ...bySite, [siteId]: sessions } }))
  }

  async function refresh(siteId: string, user: string | null): Promise<void> {
    try {
      put(siteId, { list: await client.call('sessions.list', { siteId, kind, user }), failure: null })
    } catch (error) {
      put(siteId, { list: store.getState().bySite[siteId]?.list ?? [], failure: toFailure(error) })
    }
  }

  function markEnding(sessionId: string, on: boolean): void {
    store.setState(({ ending }) => ({ ending: withMember(ending, sessionId, on) }))
  }

  /** Shown at once: where the site cannot be asked, the list does not come again so soon. */
  function markStill(siteId: string, sessionId: string, why: Saying | null): void {
    const { list, failure } = store.getState().bySite[siteId] ?? { list: [], failure: null }
    const since = Date.now()
    put(siteId, {
      list: list.map((one) =>
        one.id === sessionId ? { ...one, ending: one.ending ?? { since, why } } : one,
      ),
      failure,
    })
  }

  return {
    ...store,
    refresh,
    async end(siteId: string, user: string | null, sessionId: string): Promise<void> {
      markEnding(sessionId, true)
      try {
        const { over, why } = await client.call('sessions.end', { siteId, kind, user, sessionId })
        if (over) store.setState(({ ended }) => ({ ended: withMember(ended, sessionId, true) }))
        else markStill(siteId, sessionId, why)
        await refresh(siteId, user)
      } catch (error) {
        put(siteId, { list: store.getState().bySite[siteId]?.list ?? [], failure: toFailure(error) })
      } finally {
        markEnding(sessionId, false)
      }
    },
  }
}
