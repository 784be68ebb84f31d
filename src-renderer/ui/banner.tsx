import { CircleAlert, Info, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './banner.module.css'

const icons = { info: Info, caution: TriangleAlert, bad: CircleAlert }

/** A quiet line that says something the user should know; `bad` is read out at once. */
export function Banner({
  tone = 'info',
  children,
  action,
  onDismiss,
  dismissLabel,
}: {
  tone?: 'info' | 'caution' | 'bad'
  children: ReactNode
  action?: ReactNode
  onDismiss?: (() => void) | undefined
  dismissLabel?: string
}) {
  const Icon = icons[tone]
  return (
    <div className={classNames(styles.banner, styles[tone])} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon className={styles.icon} aria-hidden="true" />
      <div className={styles.text}>{children}</div>
      {action}
      {onDismiss && (
        <button type="button" className={styles.dismiss} onClick={onDismiss} aria-label={dismissLabel}>
          <X aria-hidden="true" />
        </button>
      )}
    </div>
  )
}
