import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './card.module.css'

/** The one thing in the middle of the window. `tall` keeps the size that all screens of a connection share. */
export function Card({
  children,
  labelledBy,
  tall = false,
  footer,
}: {
  children: ReactNode
  labelledBy: string
  tall?: boolean
  footer?: ReactNode
}) {
  return (
    <section
      className={classNames(styles.card, tall && styles.tall)}
      aria-labelledby={labelledBy}
      data-part="card"
    >
      <div className={styles.body}>{children}</div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </section>
  )
}
