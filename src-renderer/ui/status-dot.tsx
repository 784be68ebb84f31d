import { classNames } from './class-names.ts'
import styles from './status-dot.module.css'

/** A small mark beside a word. Shape and colour differ, so that colour is never the only sign; the word is the caller's. */
export function StatusDot({ tone }: { tone: 'good' | 'caution' | 'bad' | 'unknown' }) {
  return <span className={classNames(styles.dot, styles[tone])} aria-hidden="true" />
}
