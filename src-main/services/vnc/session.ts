/** Which session a VNC desktop is for, and what the page sees of it. */
import { fail } from '../../shared/errors.ts'
import type { VncSessionView } from '../../shared/model/vnc.ts'
import type { VncSession } from '../../protocols/portal/vnc.ts'
import { sessionEnding, type SessionWish } from '../sessions/index.ts'

/** Sessions that this client has asked for in this run. */
export type MadeHere = Set<string>

type ExistingWish = Exclude<SessionWish, { kind: 'new' }>

/** Where the portal's dashboard checks no tokens, everybody is one user there. */
const isShared = (session: VncSession, user: string, made: MadeHere): boolean =>
  session.owner !== user && !made.has(session.id)

/**
 * The session that is opened: the wanted one, else the newest of the user's own.
 * @param ending sessions that are being ended: nobody goes back to them
 * @returns null: a new one is to be asked for
 * @throws VizlinkError bad-request: the wanted one is over or being ended
 */
export function chooseSession(
  sessions: readonly VncSession[],
  {
    wish,
    user,
    made,
    ending,
  }: { wish: ExistingWish; user: string; made: MadeHere; ending: ReadonlySet<string> },
): VncSession | null {
  if (wish.kind === 'any') {
    const own = sessions.filter((session) => !isShared(session, user, made) && !ending.has(session.id))
    return own.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0] ?? null
  }
  if (ending.has(wish.id)) throw sessionEnding(wish.id)
  const found = sessions.find(({ id }) => id === wish.id)
  if (found) return found
  throw fail('bad-request', {
    message: 'The VNC desktop that you want to open is over.',
    nextStep: 'Go back and open a new one.',
    evidence: [{ label: 'session', value: wish.id }],
    retryable: false,
  })
}

export function viewOf(session: VncSession, user: string, made: MadeHere): VncSessionView {
  const { id, jobId, status, imageName, createdAt, endsAt } = session
  return { id, jobId, status, imageName, createdAt, endsAt, shared: isShared(session, user, made) }
}
