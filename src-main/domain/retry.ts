/** When to try again after a loss, and when to stop. */
import type { Failure } from '../shared/errors.ts'
import { means } from './failure-policy.ts'

/** What an attempt may take that begins just before a reconnection's limit, in ms. */
export const lastAttemptMs = 60_000

/** Pause before attempt number `attempt` (from 0): 0.5, 1, 2, 4, then 8 s. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(8000, 500 * 2 ** Math.max(0, attempt))
}

/** Whether another attempt can help after this failure, by itself and without a person. */
export function worthRetrying(failure: Failure): boolean {
  return failure.retryable && !means(failure, 'final')
}

/**
 * Waits, on the clock that tests can move (they cannot move `node:timers/promises`).
 * @throws the signal's reason as soon as it aborts, and at once where it has
 */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
