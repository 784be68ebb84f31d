/** Sessions that the portal has forgotten while their jobs go on: the client remembers what it started. */
import { toFailure } from '../../shared/errors.ts'
import { isAlive, isCompleting, isWaiting, type SlurmJob } from '../../protocols/slurm/job.ts'
import { hasNoSlurm } from '../../protocols/slurm/silence.ts'
import type { SiteSessions } from './site-sessions.ts'
import type { ClusterLogin, JobOfSession } from '../cluster/index.ts'
import type { SessionRecord, SessionSource } from './source.ts'

/** Slurm reports a start in whole seconds. */
const sameStartMs = 2000
/** Each is a question to Slurm, and the user waits. */
const maximumLooks = 5

/**
 * The newest remembered session whose very job still waits or runs; what is over is forgotten, and its record deleted: the
 * portal keeps it, with its display, for as long as anybody lists sessions. Deleting cancels the record's job, so only Slurm's
 * own word that it is over counts. Sessions that others work with are left alone.
 * @param fits which one is wanted
 * @throws VizlinkError slurm-unreachable and others: a session may run, and a new one must not be asked for beside it
 */
export async function adoptForgotten(
  sessions: {
    memory: Pick<SiteSessions['memory'], 'sessions' | 'forget'>
    pairings: Pick<SiteSessions['pairings'], 'forget'>
    /** Whether another desktop has it. */
    isHeld: (id: string) => boolean
  },
  cluster: Pick<ClusterLogin, 'job' | 'jobEnd'>,
  source: Pick<SessionSource, 'remove'>,
  fits: (session: { id: string }) => boolean = () => true,
): Promise<SessionRecord | null> {
  const forget = async (id: string): Promise<void> => {
    await sessions.memory.forget(id)
    await sessions.pairings.forget(id)
  }
  const all = await sessions.memory.sessions()
  // The caller learns that there is one with a view.
  all.filter(({ id }) => sessions.isHeld(id)).forEach(fits)
  const remembered = all.filter(({ id }) => !sessions.isHeld(id))
  for (const { startedAt, requestedAt: _, ...session } of remembered.slice(0, maximumLooks)) {
    const job = await jobOf(session, cluster)
    if (job === 'unknown') continue
    if (job === 'foreign') {
      // Another job has this one's number by now: what the record's end would cancel is not ours.
      await forget(session.id)
      continue
    }
    // It may be on its way back into the queue.
    if (isCompleting(job)) continue
    const restarts = isAlive(job) && !startsAsBefore(job, startedAt) ? await restartsOf(session, cluster) : 0
    // What cannot be known now may be later; one that waits again has no start that could be compared.
    if (restarts === null && !(isAlive(job) && isWaiting(job))) continue
    const restarted = restarts !== 0
    // Its host is another one by then.
    if (restarted) await sessions.pairings.forget(session.id)
    if (isAlive(job) && (restarted || startsAsBefore(job, startedAt))) {
      if (fits(session)) return { ...session, status: job.state.toLowerCase() }
      continue
    }
    // Another job may have this one's number by now.
    if (!isAlive(job)) await source.remove(session.id).catch(() => undefined)
    await forget(session.id)
  }
  return null
}

/** Without Slurm on the login host a remembered session stays as it is: the portal's own list has to do. */
async function jobOf(
  session: JobOfSession,
  cluster: Pick<ClusterLogin, 'job'>,
): Promise<SlurmJob | null | 'foreign' | 'unknown'> {
  try {
    return await cluster.job(session)
  } catch (error) {
    if (toFailure(error).kind === 'foreign-job') return 'foreign'
    if (hasNoSlurm(error)) return 'unknown'
    throw error
  }
}

/** @param before when it was seen to start, Unix ms; null: it was not */
const startsAsBefore = ({ startsAt }: SlurmJob, before: number | null): boolean =>
  before === null || (startsAt !== null && Math.abs(startsAt - before) <= sameStartMs)

/** How often Slurm has put the job back into the queue: it starts another time then. Null: that cannot be known now. */
const restartsOf = async (
  session: JobOfSession,
  cluster: Pick<ClusterLogin, 'jobEnd'>,
): Promise<number | null> => (await cluster.jobEnd(session).catch(() => null))?.restarts ?? null
