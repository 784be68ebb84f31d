import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './disclosure.module.css'

/** Something tucked away under its summary. */
export function Disclosure({
  summary,
  note,
  children,
}: {
  summary: string
  note?: string
  children: ReactNode
}) {
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>
        <ChevronRight className={styles.chevron} aria-hidden="true" />
        <span className={styles.title}>{summary}</span>
        {note && <span className={styles.note}>{note}</span>}
      </summary>
      <div className={styles.content}>{children}</div>
    </details>
  )
}
