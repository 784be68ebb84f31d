import { useEffect, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { Button } from '../../ui/button.tsx'
import { EndDialog } from '../../ui/end-dialog.tsx'
import { formatClock } from '../../ui/format.ts'
import { say, t } from '../../ui/texts.ts'
import { useNow } from '../../ui/use-now.ts'
import styles from './session-rows.module.css'
import type { SessionStore } from './store.ts'

const refreshEveryMs = 30_000

export interface ListProps {
  siteId: string
  /** At the portal; null: no user is known yet, nothing is listed. */
  user: string | null
  store: SessionStore
  /** A desktop is being opened. */
  busy: boolean
}

/** The user's sessions at a site, looked at again for as long as they are shown; undefined before the first answer. */
export function useSessions({ siteId, user, store }: ListProps) {
  const sessions = useStore(store, ({ bySite }) => bySite[siteId])
  useEffect(() => {
    if (user === null) return undefined
    void store.refresh(siteId, user)
    const timer = window.setInterval(() => void store.refresh(siteId, user), refreshEveryMs)
    return () => clearInterval(timer)
  }, [siteId, user, store])
  return sessions
}

/** Sessions of one kind: each can be opened, and ended after a question. */
export function SessionRows({
  list,
  kind,
  action = null,
  problem = null,
  nameOf,
  onOpen,
  ...props
}: ListProps & {
  list: readonly Session[]
  kind: keyof typeof words
  /** Shown beside the title. */
  action?: ReactNode
  /** What was wrong with the last look. */
  problem?: ReactNode
  nameOf: (session: Session) => string
  onOpen: (session: Session) => void
}) {
  const { siteId, user, store, busy } = props
  const ending = useStore(store, (state) => state.ending)
  const now = useNow(refreshEveryMs)
  const [asked, setAsked] = useState<string | null>(null)
  const { titleId, title, open, openNamed } = words[kind]
  return (
    <>
      {(list.length > 0 || problem !== null) && (
        <section className={styles.sessions} aria-labelledby={titleId}>
          <div className={styles.head}>
            <h2 id={titleId} className={styles.title}>
              {t(title)}
            </h2>
            {action}
          </div>
          {problem}
          <ul className={styles.list}>
            {list.map((session) => (
              <li key={session.id} className={styles.session} data-session={session.id}>
                <div className={styles.words}>
                  <p className={styles.name}>{nameOf(session)}</p>
                  <p className={styles.facts}>{describe(session, now)}</p>
                </div>
                <div className={styles.actions}>
                  {/* There is no way back to a session that is being ended. */}
                  {!session.ending && (
                    <Button
                      aria-label={t(openNamed, { session: session.id })}
                      busy={busy}
                      onClick={() => onOpen(session)}
                    >
                      {t(open)}
                    </Button>
                  )}
                  <Button
                    look="quiet"
                    aria-label={t('sessions.endNamed', { session: session.id })}
                    busy={ending.has(session.id)}
                    onClick={() => setAsked(session.id)}
                  >
                    {t('sessions.end')}
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {asked !== null && (
        <EndDialog
          instead={false}
          onKeep={() => setAsked(null)}
          onEnd={() => {
            setAsked(null)
            void store.end(siteId, user, asked)
          }}
        />
      )}
    </>
  )
}

const words = {
  stream: {
    titleId: 'sessions-title',
    title: 'sessions.title',
    open: 'sessions.resume',
    openNamed: 'sessions.resumeNamed',
  },
  vnc: {
    titleId: 'vnc-sessions-title',
    title: 'vnc.title',
    open: 'vnc.open',
    openNamed: 'vnc.openNamed',
  },
} as const

/** @param now Unix ms */
function describe(session: Session, now: number): string {
  const { ending } = session
  if (ending)
    return `${t('sessions.ending', { since: formatClock(ending.since, now) })} ${ending.why === null ? '' : say(ending.why)}`.trim()
  const since = session.runningSince ?? session.createdAt
  return [
    session.status,
    since !== null && t('sessions.since', { clock: formatClock(since, now) }),
    session.endsAt !== null && t('sessions.until', { clock: formatClock(session.endsAt, now) }),
    session.shared && t('vnc.shared'),
    session.portless && t('sessions.noPort'),
  ]
    .filter(Boolean)
    .join(' · ')
}
