/** The decoder's worker: it may close its port, and is ended a second later whether it did or not. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startDecodeWorker } from '../../../../src-renderer/stream/start-worker.ts'

vi.mock('../../../src-renderer/stream/decode-worker.ts?worker&url', () => ({ default: '/worker.js' }))

/** A worker that takes messages and does nothing. */
class SilentWorker extends EventTarget {
  static made: SilentWorker[] = []
  readonly got: unknown[] = []
  ended = false
  constructor() {
    super()
    SilentWorker.made.push(this)
  }
  postMessage(message: unknown): void {
    this.got.push(message)
  }
  terminate(): void {
    this.ended = true
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('Worker', SilentWorker)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a worker that hangs is ended a second after it was asked to end itself', () => {
  startDecodeWorker(
    () => undefined,
    () => undefined,
  ).end()
  const [worker] = SilentWorker.made
  expect(worker?.got).toEqual([{ type: 'stop' }])
  vi.advanceTimersByTime(900)
  expect(worker?.ended).toBe(false)
  vi.advanceTimersByTime(200)
  expect(worker?.ended).toBe(true)
})
