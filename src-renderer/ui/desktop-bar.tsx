import type { ReactNode, Ref } from 'react'
import styles from './desktop-bar.module.css'
import { formatTimeLeft } from './format.ts'
import { t } from './texts.ts'
import { useNow } from './use-now.ts'

/** The slim bar above a remote desktop: where it is, how long it lasts, and its tools. */
export function DesktopBar({
  ref,
  label,
  siteName,
  node,
  endsAt,
  children,
}: {
  ref?: Ref<HTMLDivElement>
  label: string
  siteName: string
  node: string | null
  endsAt: number | null
  /** The tools. */
  children: ReactNode
}) {
  const now = useNow()
  return (
    <div ref={ref} className={styles.toolbar} role="toolbar" aria-label={label}>
      <p className={styles.where}>
        <span className={styles.site}>{siteName}</span>
        {node && <span className={styles.node}>{node}</span>}
        {endsAt !== null && (
          <span className={styles.left}>{t('stream.timeLeft', { time: formatTimeLeft(endsAt - now) })}</span>
        )}
      </p>
      <div className={styles.tools}>{children}</div>
    </div>
  )
}
