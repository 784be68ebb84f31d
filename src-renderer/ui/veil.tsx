import type { ReactNode } from 'react'
import styles from './veil.module.css'

/** What covers a picture while there is none, or none that is new. */
export function Veil({ children }: { children: ReactNode }) {
  return (
    <div className={styles.veil} role="status">
      <div className={styles.box}>{children}</div>
    </div>
  )
}
