/** Sessions that the portal has forgotten while their jobs go on: the client remembers what it started. */
import { isAlive } from '../../protocols/slurm/job.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { SessionMemory } from '../sessions/memory.ts'
import type { Pairings } from './pairings.ts'
import type { ClusterSide } from './cluster-side.ts'

/** Slurm's clock tells a start in whole seconds. */
const sameStartMs = 2000
/** Each is a question to Slurm, and the user waits. */
const maximumLooks = 5

/**
 * The newest remembered session whose very job still waits or runs; what is over is forgotten.
 * @param wanted no other one than this; null: whichever
 */
export async function adoptForgotten(
  memory: SessionMemory,
  cluster: Pick<ClusterSide, 'job'>,
  pairings: Pick<Pairings, 'forget'>,
  wanted: string | null = null,
): Promise<PortalSession | null> {
  for (const { startedAt, ...session } of (await memory.sessions()).slice(0, maximumLooks)) {
    const job = await cluster.job(session.jobId)
    const start = job?.startsAt ?? null
    const same = startedAt === null || (start !== null && Math.abs(start - startedAt) <= sameStartMs)
    if (isAlive(job) && same) {
      if (wanted === null || session.id === wanted) return { ...session, status: job.state.toLowerCase() }
      continue
    }
    await memory.forget(session.id)
    await pairings.forget(session.id)
  }
  return null
}
