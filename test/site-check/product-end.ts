/**
 * Ends a session that a test has asked the portal for. The portal says "deleted" also where its scancel has failed, which it
 * does on a busy machine; so the product's own end has the last word, and is tried again as the product does (decision 0014).
 */
import { vi } from 'vitest'
import { ClusterLogin } from '../../src-main/services/cluster/cluster-login.ts'
import { endSession } from '../../src-main/services/sessions/end-session.ts'
import { loadProfile } from '../../src-main/services/sites/load-profile.ts'
import type { NodePlatform } from '../../src-main/shells/node/index.ts'
import { noQuestions } from '../../src-main/site-check/gather/cluster.ts'
import { ask, type PortalSession } from '../integration/site/support.ts'
import type { Site } from '../site/types.ts'

/** The portal's workers take turns where they keep sessions in memory: one of two requests meets the one that knows it. */
async function removeAtPortal(site: Site, id: string): Promise<boolean> {
  const headers = { 'x-username': site.ready.user }
  const path = `/api/moonlight/sessions/${id}`
  const answers = [await ask(site, 'DELETE', path, { headers }), await ask(site, 'DELETE', path, { headers })]
  return answers.some(({ status }) => status === 200)
}

/** @param session as the portal has answered when it was asked for it */
export async function endOnSite(
  site: Site,
  platform: NodePlatform,
  { session_id: id, slurm_job_id: jobId }: Pick<PortalSession, 'session_id' | 'slurm_job_id'>,
): Promise<void> {
  const cluster = new ClusterLogin(
    await loadProfile(site.ready.profile),
    platform,
    noQuestions,
    () => undefined,
  )
  const source = { remove: (sessionId: string) => removeAtPortal(site, sessionId) }
  try {
    let last: unknown
    await vi
      .waitUntil(
        () =>
          endSession({ id, jobId }, { source, cluster }).then(
            () => true,
            (error: unknown) => {
              last = error
              return null
            },
          ),
        { timeout: 30_000, message: 'Slurm says that the session is over' },
      )
      .catch((error: unknown) => {
        throw new Error(String(error), { cause: last })
      })
  } finally {
    await cluster.close()
  }
}
