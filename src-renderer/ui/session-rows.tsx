import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { EndDialog } from './end-dialog.tsx'
import styles from './session-rows.module.css'
import { t } from './texts.ts'

export interface SessionRow {
  id: string
  name: string
  facts: string
  /** The button that opens it; null: it is being ended, and there is no way back to it. */
  open: ReactNode
}

/** The user's sessions of one kind: each can be opened, and ended after a question. */
export function SessionRows({
  titleId,
  title,
  action = null,
  problem = null,
  rows,
  ending,
  onEnd,
}: {
  titleId: string
  title: string
  /** Shown beside the title. */
  action?: ReactNode
  /** What was wrong with the last look. */
  problem?: ReactNode
  rows: SessionRow[]
  /** Sessions whose end was asked for and not yet answered. */
  ending: ReadonlySet<string>
  onEnd: (sessionId: string) => void
}) {
  const [asked, setAsked] = useState<string | null>(null)
  return (
    <>
      {(rows.length > 0 || problem !== null) && (
        <section className={styles.sessions} aria-labelledby={titleId}>
          <div className={styles.head}>
            <h2 id={titleId} className={styles.title}>
              {title}
            </h2>
            {action}
          </div>
          {problem}
          <ul className={styles.list}>
            {rows.map(({ id, name, facts, open }) => (
              <li key={id} className={styles.session} data-session={id}>
                <div className={styles.words}>
                  <p className={styles.name}>{name}</p>
                  <p className={styles.facts}>{facts}</p>
                </div>
                <div className={styles.actions}>
                  {open}
                  <Button
                    look="quiet"
                    aria-label={t('sessions.endNamed', { session: id })}
                    busy={ending.has(id)}
                    onClick={() => setAsked(id)}
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
            onEnd(asked)
          }}
        />
      )}
    </>
  )
}
