/** The view of a VNC desktop: being opened, open, failed. */
import { useStore } from 'zustand'
import type { ReactNode } from 'react'
import type { VncSnapshot } from '../src-main/shared/model/vnc.ts'
import type { Client } from './api/index.ts'
import styles from './app.module.css'
import { FailureCard } from './features/errors/failure-card.tsx'
import { StartingCard } from './features/vnc/starting-card.tsx'
import type { VncStore } from './features/vnc/store.ts'
import { VncScreen } from './features/vnc/vnc-screen.tsx'
import { t } from './ui/texts.ts'

/** Whether its picture fills the window; every other view may be longer than it. */
export const hasPicture = ({ failure, epoch }: VncSnapshot): boolean => failure === null && epoch > 0

export function VncPart({
  client,
  snapshot,
  siteName,
  store,
  notices,
  onLeave,
  onBack,
  onNew,
}: {
  client: Client
  snapshot: VncSnapshot
  siteName: string
  store: VncStore
  notices: ReactNode
  /** It is about to be closed, or its session to be ended. */
  onLeave: () => void
  /** A failed one was left. */
  onBack: () => void
  /** Another session is wanted beside this one. */
  onNew: () => void
}) {
  const { starting, leaving, ending, warned } = useStore(store)
  const { desktopId, siteId, user, session, state, failure } = snapshot
  const closing = (then: () => void) => (): void => {
    then()
    void store.leave(desktopId)
  }
  const leave = closing(onLeave)
  const data = { 'data-screen': 'vnc', 'data-state': state }

  if (!hasPicture(snapshot)) {
    return (
      <div className={styles.page} {...data}>
        <header className={styles.bar}>
          <span className={styles.brand}>{t('app.name')}</span>
        </header>
        {notices}
        <main className={styles.main}>
          {failure ? (
            <FailureCard
              failure={failure}
              step={null}
              busy={starting}
              onRetry={() => void store.retry(desktopId)}
              onBack={closing(onBack)}
            />
          ) : (
            <StartingCard snapshot={snapshot} leaving={leaving.has(desktopId)} onCancel={leave} />
          )}
        </main>
      </div>
    )
  }
  return (
    <div className={styles.whole} {...data}>
      <VncScreen
        client={client}
        snapshot={snapshot}
        siteName={siteName}
        leaving={leaving.has(desktopId)}
        ending={session !== null && ending.has(session.id)}
        read={warned.has(desktopId)}
        notice={notices}
        onRead={() => store.putAway(desktopId)}
        onLeave={leave}
        onEnd={() => {
          onLeave()
          if (session) void store.end(siteId, user, session.id)
        }}
        onNew={onNew}
      />
    </div>
  )
}
