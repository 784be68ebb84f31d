import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './disclosure.module.css'

/** Something tucked away under its summary. */
export function Disclosure({
  summary,
  note,
  onOpen,
  children,
}: {
  summary: string
  note?: string
  onOpen?: () => void
  children: ReactNode
}) {
  return (
    <details
      className={styles.details}
      {...(onOpen ? { onToggle: ({ currentTarget }) => currentTarget.open && onOpen() } : {})}
    >
      <Summary>
        <span className={styles.title}>{summary}</span>
        {note && <span className={styles.note}>{note}</span>}
      </Summary>
      <div className={styles.content}>{children}</div>
    </details>
  )
}

/** The line by which a `details` element is opened, with the mark that says which way it is. */
export function Summary({ children }: { children: ReactNode }) {
  return (
    <summary className={styles.summary}>
      <ChevronRight className={styles.chevron} aria-hidden="true" />
      {children}
    </summary>
  )
}
