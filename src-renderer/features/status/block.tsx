import { useId, type ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { formatAge } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'
import styles from './status.module.css'

const text = messages.status

/** One part of the panel with its source and age; greyed when `stale`. */
export function Block({
  title,
  source,
  at,
  now,
  stale,
  problem = null,
  note = null,
  children,
}: {
  title: string
  source: string
  /** Unix time in ms of the last good answer; null if there was none. */
  at: number | null
  now: number
  stale: boolean
  problem?: string | null
  note?: string | null
  children: ReactNode
}) {
  const id = useId()
  return (
    <section className={classNames(styles.block, stale && styles.stale)} aria-labelledby={id}>
      <h2 id={id} className={styles.blockTitle}>
        {title}
      </h2>
      {children}
      {note && <p className={styles.note}>{note}</p>}
      {problem && <p className={styles.problem}>{problem}</p>}
      <p className={styles.source}>
        {at === null ? text.never(source) : text.asOf(source, formatAge(now - at))}
      </p>
    </section>
  )
}
