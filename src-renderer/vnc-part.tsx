/** The screens of a VNC desktop: being opened, open, failed. */
import { useStore } from 'zustand'
import type { ReactNode } from 'react'
import type { VncSnapshot } from '../src-main/shared/model/vnc.ts'
import type { Client } from './api/index.ts'
import styles from './app.module.css'
import { FailureCard } from './features/errors/failure-card.tsx'
import { QuestionDialog } from './features/questions/question-dialog.tsx'
import type { QuestionStore } from './features/questions/store.ts'
import { StartingCard } from './features/vnc/starting-card.tsx'
import type { VncStore } from './features/vnc/store.ts'
import { VncScreen } from './features/vnc/vnc-screen.tsx'
import { classNames } from './ui/class-names.ts'
import { messages } from './ui/messages.ts'

export function VncPart({
  client,
  snapshot,
  siteName,
  store,
  questions,
  notices,
}: {
  client: Client
  snapshot: VncSnapshot
  siteName: string
  store: VncStore
  questions: QuestionStore
  notices: ReactNode
}) {
  const { busy, ending, last } = useStore(store)
  const { desktopId, siteId, session, state, failure, epoch } = snapshot
  const leave = (): void => void store.leave()
  const data = { 'data-screen': 'vnc', 'data-state': state }

  if (failure || epoch === 0) {
    return (
      <div className={styles.views}>
        <div className={styles.page} {...data}>
          <header className={styles.bar}>
            <span className={styles.brand}>{messages.app.name}</span>
          </header>
          {notices}
          <main className={styles.main}>
            {failure ? (
              <FailureCard
                failure={failure}
                step={null}
                busy={busy !== null}
                onRetry={last ? () => void store.start(last) : leave}
                onBack={leave}
              />
            ) : (
              <StartingCard snapshot={snapshot} leaving={busy === 'leave'} onCancel={leave} />
            )}
          </main>
        </div>
        <QuestionDialog asker={{ desktopId }} question={snapshot.question} store={questions} />
      </div>
    )
  }
  return (
    <div className={classNames(styles.views, styles.filled)}>
      <div className={styles.whole} {...data}>
        <VncScreen
          client={client}
          snapshot={snapshot}
          siteName={siteName}
          leaving={busy === 'leave'}
          ending={session !== null && ending.has(session.id)}
          notice={notices}
          onLeave={leave}
          onEnd={() => {
            if (session) void store.end(siteId, last?.user ?? null, session.id)
          }}
        />
      </div>
      <QuestionDialog asker={{ desktopId }} question={snapshot.question} store={questions} />
    </div>
  )
}
