/** What a row says of a session. */
import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { formatClock } from '../../ui/format.ts'
import { say, t } from '../../ui/texts.ts'

/** @param now Unix ms */
export function describeSession(session: Session, now: number): string {
  const { ending } = session
  if (ending)
    return `${t('sessions.ending', { since: formatClock(ending.since, now) })} ${ending.why === null ? '' : say(ending.why)}`.trim()
  const since = session.runningSince ?? session.createdAt
  return [
    session.status,
    since !== null && t('sessions.since', { clock: formatClock(since, now) }),
    session.endsAt !== null && t('sessions.until', { clock: formatClock(session.endsAt, now) }),
    session.shared && t('vnc.shared'),
  ]
    .filter(Boolean)
    .join(' · ')
}
