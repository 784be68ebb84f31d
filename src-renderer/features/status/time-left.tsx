import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { Banner } from '../../ui/banner.tsx'
import { formatClock, formatTimeLeft } from '../../ui/format.ts'
import { t } from '../../ui/texts.ts'
import styles from './status.module.css'

const soonMs = 10 * 60_000

/** How long the session lives: calm in minutes, and a word when it is time to save. */
export function TimeLeft({ session, now }: { session: Session; now: number }) {
  if (session.endsAt === null) return <p className={styles.note}>{t('status.timeUnknown')}</p>
  const left = Math.max(0, session.endsAt - now)
  const since = session.runningSince ?? session.createdAt
  return (
    <div className={styles.timeLeft}>
      <p className={styles.timeFigure}>
        <span className={styles.timeName}>{t('status.timeLeft')}</span>
        <span>{formatTimeLeft(left)}</span>
      </p>
      {since !== null && (
        <progress
          className={left < soonMs ? styles.barSoon : styles.bar}
          aria-label={t('status.timeLeft')}
          value={left}
          max={Math.max(1, session.endsAt - since)}
        />
      )}
      <p className={styles.note}>{t('status.endsAt', { clock: formatClock(session.endsAt, now) })}</p>
      {left < soonMs && <Banner tone="caution">{t('status.endsSoon')}</Banner>}
    </div>
  )
}
