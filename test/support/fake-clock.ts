/** A clock that a test moves: minutes pass in no time, while sockets and files work as ever. */
import { vi } from 'vitest'

export interface FakeClock {
  /** Lets `ms` pass; whatever was to happen in them has happened, promises included. */
  pass(ms: number): Promise<void>
  restore(): void
}

/** Takes over timers, dates and `AbortSignal.timeout` of this process until `restore`. */
export function startFakeClock(): FakeClock {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  })
  const signals = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new DOMException('timed out', 'TimeoutError')), ms)
    return controller.signal
  })
  return {
    async pass(ms) {
      await vi.advanceTimersByTimeAsync(ms)
    },
    restore() {
      signals.mockRestore()
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
