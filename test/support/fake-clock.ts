/** A clock that a test moves: minutes pass in no time, while sockets and files work as ever. */
import { syncBuiltinESMExports } from 'node:module'
import type { TimerOptions } from 'node:timers'
import promised from 'node:timers/promises'
import { expect, vi } from 'vitest'

export interface FakeClock {
  /** Lets `ms` pass; whatever was to happen in them has happened, promises included. */
  pass(ms: number): Promise<void>
  restore(): void
}

/** As that of `node:timers/promises`, on whatever timers there are. */
function promisedTimeout<T>(ms?: number, value?: T, { signal }: TimerOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(new DOMException('The operation was aborted', 'AbortError'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve(value as T)
    }, ms)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Takes over timers, also those of `node:timers/promises`, dates and `AbortSignal.timeout` of this process until `restore`. */
export function startFakeClock(): FakeClock {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  })
  const signals = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new DOMException('timed out', 'TimeoutError')), ms)
    return controller.signal
  })
  // Not by a mock of the module: where files share a process one file's mock reaches the next.
  const delays = vi.spyOn(promised, 'setTimeout').mockImplementation(promisedTimeout)
  syncBuiltinESMExports()
  return {
    async pass(ms) {
      await vi.advanceTimersByTimeAsync(ms)
    },
    restore() {
      signals.mockRestore()
      delays.mockRestore()
      syncBuiltinESMExports()
      vi.useRealTimers()
    },
  }
}

/** Whether a promise is settled by now. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  const settled = promise.then(
    () => null,
    () => null,
  )
  return (await Promise.race([settled, Promise.resolve(pending).then((value) => value)])) !== pending
}

/** What is given up after exactly `ms`: open just before, and settled just behind. @returns how it ended */
export async function givenUpAfter<T>(clock: FakeClock, ms: number, outcome: Promise<T>): Promise<T> {
  await clock.pass(ms - 100)
  expect(await isSettled(outcome)).toBe(false)
  await clock.pass(200)
  return outcome
}
