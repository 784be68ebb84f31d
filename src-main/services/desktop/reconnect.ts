/** A lost picture is restored: same job, a new path to it. */
import { pause, reconnectDelayMs, worthRetrying } from '../../domain/retry.ts'
import { toFailure, type EvidenceItem } from '../../shared/errors.ts'
import { failureText } from '../../shared/failure-text.ts'
import { gaveUp } from '../sessions/index.ts'
import type { PicturePath, Placed } from './picture-path.ts'

/** For one attempt: a host that ran a moment ago answers at once, or the next route is better. */
const readyMs = 8000

/**
 * Tries until it works, it is hopeless, or the time is over.
 * @param lost.place looks at the job, and where its host listens now: that changes where others take its ports
 * @param lost.pair a host may have lost its state: it is paired with again
 * @param lost.limitMs after that no further attempt begins
 * @throws VizlinkError gave-up, with what was tried; or why a further attempt is worth nothing
 */
export async function reconnect(lost: {
  path: Pick<PicturePath, 'close' | 'open' | 'waitForHost' | 'launch'>
  place: () => Promise<Placed>
  pair: (signal: AbortSignal) => Promise<void>
  limitMs: number
  signal: AbortSignal
}): Promise<void> {
  const { path, place, pair, limitMs, signal } = lost
  const end = performance.now() + limitMs
  const tried: EvidenceItem[] = []
  for (let attempt = 0; ; attempt++) {
    await pause(reconnectDelayMs(attempt), signal)
    try {
      await path.close()
      const placed = await place()
      await path.open(placed)
      await path.waitForHost(placed, readyMs, signal)
      await pair(signal)
      await path.launch?.()
      return
    } catch (error) {
      if (signal.aborted) throw error
      const failure = toFailure(error)
      tried.push({
        label: 'attempt',
        values: { number: attempt + 1 },
        value: failureText(failure, 'en').message,
      })
      if (!worthRetrying(failure)) throw error
      // Slurm's own word says more than that attempts failed.
      if (performance.now() > end) throw failure.reason === 'completing' ? error : gaveUp(tried)
    }
  }
}
