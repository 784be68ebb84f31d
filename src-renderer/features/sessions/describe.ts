/** What a row says of a session. */
import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { formatClock } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'

const text = messages.sessions

/** @param now Unix ms */
export function describeSession(session: Session, now: number): string {
  const { ending } = session
  if (ending) return text.ending(formatClock(ending.since, now), ending.why)
  const since = session.runningSince ?? session.createdAt
  return [
    session.status,
    since !== null && text.since(formatClock(since, now)),
    session.endsAt !== null && text.until(formatClock(session.endsAt, now)),
    session.shared && messages.vnc.shared,
  ]
    .filter(Boolean)
    .join(' · ')
}
