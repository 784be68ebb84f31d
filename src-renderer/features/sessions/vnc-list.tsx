import { useEffect } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../ui/button.tsx'
import { Banner } from '../../ui/banner.tsx'
import { SessionRows } from '../../ui/session-rows.tsx'
import { inWords, t } from '../../ui/texts.ts'
import { useNow } from '../../ui/use-now.ts'
import { describeSession } from './describe.ts'
import type { SessionStore } from './store.ts'

const refreshEveryMs = 30_000

/** The user's VNC desktops at a site, and the way to a new one. */
export function VncList({
  siteId,
  user,
  store,
  busy,
  onOpen,
}: {
  siteId: string
  /** At the portal; null: no user is known yet, nothing is listed. */
  user: string | null
  store: SessionStore
  busy: boolean
  /** @param which neither: the user's own that runs, else a new one */
  onOpen: (which: { sessionId?: string; newSession?: boolean }) => void
}) {
  const sessions = useStore(store, (state) => state.bySite[siteId])
  const ending = useStore(store, (state) => state.ending)
  const now = useNow(refreshEveryMs)

  useEffect(() => {
    if (user === null) return undefined
    void store.refresh(siteId, user)
    const timer = window.setInterval(() => void store.refresh(siteId, user), refreshEveryMs)
    return () => clearInterval(timer)
  }, [siteId, user, store])

  const list = user === null ? [] : (sessions?.list ?? [])
  // Only those who have such desktops miss the list when it cannot be had.
  const failure = list.length > 0 ? (sessions?.failure ?? null) : null

  return (
    <>
      <SessionRows
        titleId="vnc-sessions-title"
        title={t('vnc.title')}
        problem={failure && <Banner>{`${t('vnc.lookFailed')} ${inWords(failure).message}`}</Banner>}
        rows={list.map((session) => ({
          id: session.id,
          name: session.id,
          facts: describeSession(session, now),
          open: !session.ending && (
            <Button
              aria-label={t('vnc.openNamed', { session: session.id })}
              busy={busy}
              onClick={() => onOpen({ sessionId: session.id })}
            >
              {t('vnc.open')}
            </Button>
          ),
        }))}
        ending={ending}
        onEnd={(sessionId) => void store.end(siteId, user, sessionId)}
      />
      {list.length > 0 ? (
        <Button look="quiet" busy={busy} onClick={() => onOpen({ newSession: true })}>
          {t('vnc.startNew')}
        </Button>
      ) : (
        <Button look="quiet" busy={busy} onClick={() => onOpen({})}>
          {t('vnc.openNew')}
        </Button>
      )}
    </>
  )
}
