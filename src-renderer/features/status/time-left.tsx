import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { Banner } from '../../ui/banner.tsx'
import { formatClock, formatTimeLeft } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'
import styles from './status.module.css'

const text = messages.status
const soonMs = 10 * 60_000

/** How long the session lives: calm in minutes, and a word when it is time to save. */
export function TimeLeft({ session, now }: { session: Session; now: number }) {
  if (session.endsAt === null) return <p className={styles.note}>{text.timeUnknown}</p>
  const left = Math.max(0, session.endsAt - now)
  const since = session.runningSince ?? session.createdAt
  return (
    <div className={styles.timeLeft}>
      <p className={styles.timeFigure}>
        <span className={styles.timeName}>{text.timeLeft}</span>
        <span>{formatTimeLeft(left)}</span>
      </p>
      {since !== null && (
        <progress
          className={left < soonMs ? styles.barSoon : styles.bar}
          aria-label={text.timeLeft}
          value={left}
          max={Math.max(1, session.endsAt - since)}
        />
      )}
      <p className={styles.note}>{text.endsAt(formatClock(session.endsAt, now))}</p>
      {left < soonMs && <Banner tone="caution">{text.endsSoon}</Banner>}
    </div>
  )
}
