/** The user's sessions as far as they show without a login: what the source lists, and what this client has had there. */
import { isAlive } from '../../protocols/slurm/job.ts'
import { isSessionOf } from '../../shared/model/user-name.ts'
import type { RememberedSession } from './memory.ts'
import type { SessionRecord, SessionSource } from './source.ts'

/** Without Redis each of the portal's workers keeps a list of its own, and they take turns; it has no more than so many. */
const mostLists = 3
/** Each is a question to the portal. */
const mostJobs = 5

/**
 * Lists them. One that this client remembers and a portal does not list is asked for again, and then its job.
 * @param user at the portal
 */
export async function knownSessions(
  source: Pick<SessionSource, 'list' | 'job'>,
  remembered: readonly RememberedSession[],
  user: string,
): Promise<SessionRecord[]> {
  const found = new Map<string, SessionRecord>()
  const add = (sessions: readonly SessionRecord[]): void => sessions.forEach((one) => found.set(one.id, one))
  add(await source.list())
  // Slurm itself forgets none.
  if (source.job) {
    const own = remembered.filter(({ id }) => isSessionOf('ml', user, id))
    const missing = (): RememberedSession[] => own.filter(({ id }) => !found.has(id))
    for (let lists = 1; lists < mostLists && missing().length > 0; lists++)
      add(await source.list().catch(() => []))
    for (const session of missing().slice(0, mostJobs)) add(await jobOf(session, source))
  }
  return [...found.values()].map((session) => ({ ...session, node: nodeOf(session, remembered) }))
}

async function jobOf(
  { startedAt: _, requestedAt: __, ...session }: RememberedSession,
  source: Pick<SessionSource, 'job'>,
): Promise<SessionRecord[]> {
  const job = (await source.job?.(session).catch(() => null)) ?? null
  return isAlive(job) ? [{ ...session, node: job.node, status: job.state.toLowerCase() }] : []
}

function nodeOf(session: SessionRecord, remembered: readonly RememberedSession[]): string | null {
  if (session.node) return session.node
  // A job that waits has none, also after a requeue.
  if (session.status !== 'running') return null
  const known = remembered.find(({ id, jobId }) => id === session.id && jobId === session.jobId)
  return known?.node ?? null
}
