import styles from './live-text.module.css'

/** Text that is only read out, when it changes and when the reader has time. */
export function LiveText({ children }: { children: string }) {
  return (
    <p className={styles.hidden} aria-live="polite" role="status">
      {children}
    </p>
  )
}
