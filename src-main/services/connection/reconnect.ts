/** A lost stream is made anew: same job, new tunnel, `/resume`. */
import { pause, reconnectDelayMs, worthRetrying } from '../../domain/retry.ts'
import { toFailure, type EvidenceItem } from '../../shared/errors.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import { gaveUp, type SessionJob } from '../sessions/index.ts'
import type { StreamPath } from './stream-path.ts'

/** For one attempt: a host that ran a moment ago answers at once, or the next way is better. */
const readyMs = 8000

/**
 * Tries until it works, it is hopeless, or the time is over.
 * @param lost.place the session with the port at which its host listens now: it moves where others take its ports
 * @param lost.limitMs after that no further attempt begins
 * @throws VizlinkError gave-up, with what was tried; or why a further attempt is worth nothing
 */
export async function reconnect(lost: {
  path: Pick<StreamPath, 'close' | 'open' | 'waitForHost' | 'launch'>
  place: () => Promise<PortalSession>
  job: Pick<SessionJob, 'look' | 'node' | 'owner' | 'evidence'>
  limitMs: number
  signal: AbortSignal
}): Promise<void> {
  const { path, place, job, limitMs, signal } = lost
  const end = Date.now() + limitMs
  const tried: EvidenceItem[] = []
  for (let attempt = 0; ; attempt++) {
    await pause(reconnectDelayMs(attempt), signal)
    try {
      await path.close()
      await job.look()
      await path.open(await place(), job)
      await path.waitForHost(readyMs, signal, job)
      await path.launch()
      return
    } catch (error) {
      if (signal.aborted) throw error
      const failure = toFailure(error)
      tried.push({ label: `attempt ${attempt + 1}`, value: failure.message })
      if (!worthRetrying(failure)) throw error
      if (Date.now() > end) throw gaveUp(tried)
    }
  }
}
