/** Ends one session, wherever it was asked for: the list, a desktop, the command line. */
import { pause } from '../../domain/retry.ts'
import { nextEndStep, nothingDone, type EndProgress, type JobSight } from '../../domain/session-end.ts'
import { hasNoSlurm } from '../../protocols/slurm/silence.ts'
import { isAlive, isCompleting } from '../../protocols/slurm/job.ts'
import { fail, toFailure, VizlinkError, type Failure } from '../../shared/errors.ts'
import { isSameUser } from '../../shared/model/user-name.ts'
import type { ClusterLogin, JobOfSession } from '../cluster/index.ts'
import type { SessionSource } from './source.ts'

const lookEveryMs = 1000

/** What leads to a session while it is being ended. */
export interface EndServices {
  source: Pick<SessionSource, 'remove' | 'job'>
  cluster: Pick<ClusterLogin, 'job' | 'cancelJob' | 'userName'>
}

type Seen = { sight: JobSight; failure: Failure | null }

/**
 * Asks the session's source to end it, cancels the job where it keeps running and is the user's own, and believes Slurm alone.
 * @throws VizlinkError foreign-job: the record names another job, and nothing was done; what kept Slurm from being asked
 */
export async function endSession(session: JobOfSession, way: EndServices): Promise<void> {
  const progress: EndProgress = { ...nothingDone }
  /** Why the last thing that was tried did not work. */
  let problem: Failure | null = null
  for (;;) {
    const { sight, failure } = await look(session, way)
    problem = failure ?? problem
    switch (nextEndStep(sight, progress)) {
      case 'over':
        // The portal keeps records, and with them displays, of jobs that are over.
        if (progress.source === 'not-asked') await way.source.remove(session.id).catch(() => undefined)
        return
      case 'ask-source':
        try {
          progress.source = (await way.source.remove(session.id)) ? 'ended' : 'unknown'
        } catch (error) {
          progress.source = 'failed'
          problem = toFailure(error)
        }
        break
      case 'cancel':
        progress.cancelled = true
        await way.cluster.cancelJob(session).catch((error: unknown) => {
          problem = toFailure(error)
          if (problem.kind === 'foreign-job') throw error
        })
        break
      case 'look':
        progress.looks++
        await pause(lookEveryMs)
        break
      case 'later':
        throw stillThere(problem)
    }
  }
}

/** Slurm's own word over SSH, else the portal's table of jobs. */
async function look(session: JobOfSession, { source, cluster }: EndServices): Promise<Seen> {
  try {
    const job = await cluster.job(session)
    const own = job !== null && job.owner !== null && isSameUser(job.owner.name, cluster.userName)
    if (isCompleting(job)) return { sight: { kind: 'completing', own }, failure: null }
    return { sight: isAlive(job) ? { kind: 'alive', own } : { kind: 'over' }, failure: null }
  } catch (error) {
    const failure = toFailure(error)
    if (failure.kind === 'foreign-job') throw error
    const reported = await source.job?.(session).catch((reason: unknown) => {
      if (toFailure(reason).kind === 'foreign-job') throw reason
      return undefined
    })
    if (reported === undefined) {
      return { sight: { kind: hasNoSlurm(error) ? 'blind' : 'silent' }, failure }
    }
    // The table names no Unix user that can be compared: such a job is the portal's to end.
    return { sight: isAlive(reported) ? { kind: 'alive', own: false } : { kind: 'over' }, failure: null }
  }
}

const stillThere = (problem: Failure | null): Error =>
  problem ? new VizlinkError({ ...problem, retryable: true }) : fail('slurm-unreachable', 'still-running')
