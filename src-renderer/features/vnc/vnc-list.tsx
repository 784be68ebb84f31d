import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { VncSessionView } from '../../../src-main/shared/model/vnc.ts'
import { Button } from '../../ui/button.tsx'
import { Banner } from '../../ui/banner.tsx'
import { EndDialog } from '../../ui/end-dialog.tsx'
import { formatClock } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'
import { useNow } from '../../ui/use-now.ts'
import type { VncStore } from './store.ts'
import styles from './vnc.module.css'

const text = messages.vnc
const refreshEveryMs = 30_000

function describe(session: VncSessionView, now: number): string {
  return [
    session.status,
    session.createdAt !== null && messages.sessions.since(formatClock(session.createdAt, now)),
    session.endsAt !== null && messages.sessions.until(formatClock(session.endsAt, now)),
    session.shared && text.shared,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** The user's VNC desktops at a site, and the way to a new one. */
export function VncList({
  siteId,
  user,
  store,
  onOpen,
}: {
  siteId: string
  /** At the portal; null: nobody is known yet, nothing is listed. */
  user: string | null
  store: VncStore
  /** @param sessionId null: a new one, or the user's own that runs */
  onOpen: (sessionId: string | null) => void
}) {
  const sessions = useStore(store, (state) => state.bySite[siteId])
  const ending = useStore(store, (state) => state.ending)
  const busy = useStore(store, (state) => state.busy === 'start')
  const now = useNow(refreshEveryMs)
  const [asked, setAsked] = useState<VncSessionView | null>(null)

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
      {list.length > 0 && (
        <section className={styles.sessions} aria-labelledby="vnc-sessions-title">
          <h2 id="vnc-sessions-title" className={styles.title}>
            {text.title}
          </h2>
          {failure && <Banner>{`${text.lookFailed} ${failure.message}`}</Banner>}
          <ul className={styles.list}>
            {list.map((session) => (
              <li key={session.id} className={styles.session} data-session={session.id}>
                <div className={styles.words}>
                  <p className={styles.name}>{session.id}</p>
                  <p className={styles.facts}>{describe(session, now)}</p>
                </div>
                <div className={styles.tools}>
                  <Button
                    aria-label={text.openNamed(session.id)}
                    busy={busy}
                    onClick={() => onOpen(session.id)}
                  >
                    {text.open}
                  </Button>
                  <Button
                    look="quiet"
                    aria-label={messages.sessions.endNamed(session.id)}
                    busy={ending.has(session.id)}
                    onClick={() => setAsked(session)}
                  >
                    {messages.sessions.end}
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Button look="quiet" busy={busy} onClick={() => onOpen(null)}>
        {text.openNew}
      </Button>
      {asked && (
        <EndDialog
          instead={false}
          onKeep={() => setAsked(null)}
          onEnd={() => {
            setAsked(null)
            void store.end(siteId, user, asked.id)
          }}
        />
      )}
    </>
  )
}
