import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './figure-list.module.css'

/** Names and values in two columns; figures are under each other. */
export function FigureList({ children, stale = false }: { children: ReactNode; stale?: boolean }) {
  return <dl className={classNames(styles.list, stale && styles.stale)}>{children}</dl>
}

export function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.figure}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  )
}
