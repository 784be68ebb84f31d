/** Whether another session's record names the same port on the same node: then the record does not show which of the two a host belongs to. */
import { toFailure } from '../../shared/errors.ts'
import type { ClusterLogin } from '../cluster/index.ts'
import { isOver } from './portal-source.ts'
import type { SessionRecord, SessionSource } from './source.ts'

/** Each is a question to Slurm, and the user waits. */
const maximumLooks = 5

/**
 * Only the user's own records can be seen. A record whose job is not its desktop's counts: it was not made by the portal.
 * @param node the session's
 */
export async function namesSamePort(
  session: Pick<SessionRecord, 'id' | 'port'>,
  node: string | null,
  source: Pick<SessionSource, 'list'>,
  cluster: Pick<ClusterLogin, 'job'>,
): Promise<boolean> {
  const listed = await source.list().catch(() => [])
  const same = listed.filter(
    ({ id, port, status }) => id !== session.id && port === session.port && !isOver(status),
  )
  for (const other of same.slice(0, maximumLooks)) {
    const where = await cluster.job(other).then(
      (job) => job?.node ?? null,
      (error: unknown) => (toFailure(error).kind === 'foreign-job' ? node : null),
    )
    if (where !== null && where === node) return true
  }
  return false
}
