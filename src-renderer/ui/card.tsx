import type { ReactNode, Ref } from 'react'
import { classNames } from './class-names.ts'
import styles from './card.module.css'

/**
 * The one thing in the middle of the window. `tall` keeps the size that all screens of a connection share; what is `below` is added to it
 * at its end, also later.
 */
export function Card({
  children,
  labelledBy,
  tall = false,
  footer,
  below = null,
}: {
  children: ReactNode
  labelledBy: string
  tall?: boolean
  footer?: ReactNode
  below?: ReactNode
}) {
  return (
    <section
      className={classNames(styles.card, tall && styles.tall, tall && below !== null && styles.extended)}
      aria-labelledby={labelledBy}
      data-part="card"
    >
      <div className={styles.body}>{children}</div>
      {footer && <div className={styles.footer}>{footer}</div>}
      {below !== null && <div className={styles.below}>{below}</div>}
    </section>
  )
}

/** What a card is about: an emblem, the card's heading, a line below. The heading can be given the focus. */
export function CardHead({
  icon,
  look = 'accent',
  headingId,
  headingRef,
  title,
  errorKind,
  children,
}: {
  icon: ReactNode
  look?: 'accent' | 'bad'
  /** Names the card: its `labelledBy`. */
  headingId: string
  headingRef: Ref<HTMLHeadingElement>
  title: string
  /** Marks a failure for programs that drive the page. */
  errorKind?: string
  children: ReactNode
}) {
  return (
    <>
      <div className={classNames(styles.emblem, look === 'bad' && styles.bad)} aria-hidden="true">
        {icon}
      </div>
      <header className={styles.head} data-error-kind={errorKind}>
        <h1 id={headingId} ref={headingRef} tabIndex={-1} className={styles.title}>
          {title}
        </h1>
        {children}
      </header>
    </>
  )
}
