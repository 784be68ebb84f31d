import { Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Session } from '../../../src-main/shared/model/connection.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { EndDialog } from '../../ui/end-dialog.tsx'
import { formatClock } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'
import { useNow } from '../../ui/use-now.ts'
import styles from './sessions.module.css'
import type { SessionStore } from './store.ts'

const text = messages.sessions
const refreshEveryMs = 30_000

function describe(session: Session, now: number): string {
  const since = session.runningSince ?? session.createdAt
  return [
    session.status,
    since !== null && text.since(formatClock(since, now)),
    session.endsAt !== null && text.until(formatClock(session.endsAt, now)),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Running sessions of the user at a site: resume or end each. Takes no room where there is none. */
export function SessionList({
  siteId,
  user,
  store,
  busy,
  onResume,
  onNew,
}: {
  siteId: string
  /** At the portal. */
  user: string
  store: SessionStore
  busy: boolean
  onResume: (session: Session) => void
  /** Starts a session beside these; null where the page's main button does. */
  onNew: (() => void) | null
}) {
  const sessions = useStore(store, (state) => state.bySite[siteId])
  const ending = useStore(store, (state) => state.ending)
  const now = useNow(refreshEveryMs)
  const [asked, setAsked] = useState<Session | null>(null)

  useEffect(() => {
    void store.refresh(siteId, user)
    const timer = window.setInterval(() => void store.refresh(siteId, user), refreshEveryMs)
    return () => clearInterval(timer)
  }, [siteId, user, store])

  // Nobody is signed in yet: there is nothing to look at, and nothing is wrong.
  const failure = sessions?.failure?.kind === 'needs-answer' ? null : (sessions?.failure ?? null)
  if (!sessions || (sessions.list.length === 0 && !failure)) return null

  return (
    <section className={styles.sessions} aria-labelledby="sessions-title">
      <div className={styles.head}>
        <h2 id="sessions-title" className={styles.title}>
          {text.title}
        </h2>
        {onNew && sessions.list.length > 0 && (
          <Button look="quiet" icon={<Plus />} busy={busy} onClick={onNew}>
            {text.startNew}
          </Button>
        )}
      </div>
      {failure && (
        <Banner
          action={
            <Button look="quiet" onClick={() => void store.refresh(siteId, user)}>
              {text.lookAgain}
            </Button>
          }
        >
          {text.lookFailed} {failure.message}
        </Banner>
      )}
      <ul className={styles.list}>
        {sessions.list.map((session) => (
          <li key={session.id} className={styles.session} data-session={session.id}>
            <div className={styles.words}>
              <p className={styles.name}>
                {session.id} {session.node ? text.on(session.node) : `(${text.noNode})`}
              </p>
              <p className={styles.facts}>{describe(session, now)}</p>
            </div>
            <div className={styles.actions}>
              <Button aria-label={text.resumeNamed(session.id)} busy={busy} onClick={() => onResume(session)}>
                {text.resume}
              </Button>
              <Button
                look="quiet"
                aria-label={text.endNamed(session.id)}
                busy={ending.has(session.id)}
                onClick={() => setAsked(session)}
              >
                {text.end}
              </Button>
            </div>
          </li>
        ))}
      </ul>
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
    </section>
  )
}
