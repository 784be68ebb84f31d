/** That no frame of a stream is lost on the way, beside a clock that shows when the machine itself stood still. */
import { Worker } from 'node:worker_threads'
import { expect } from 'vitest'
import { maximumOutstandingFrames } from '../../../src-main/shared/stream-port.ts'
import { video, type WholeClient } from '../../e2e/support/whole-client.ts'

/** Frames of the stream that were dropped since it began; of these by the relay, which counts a frame earlier. */
function droppedFrames({ client }: Pick<WholeClient, 'client'>): { all: number; relay: number } {
  const { stream, link } = client.snapshot() ?? {}
  const relay = link?.droppedFrames ?? 0
  return { all: Math.max(relay, stream?.framesDropped ?? 0), relay }
}

/** Looks at the time every few milliseconds and does nothing else: only who gets no processor is late by much. */
const clockProgram = `
const { parentPort } = require('node:worker_threads')
let last = performance.now()
let longest = 0
const look = () => { const now = performance.now(); longest = Math.max(longest, now - last); last = now }
setInterval(look, 5)
parentPort.on('message', () => { look(); parentPort.postMessage(longest) })
`

/**
 * Runs `work` once and expects that no frame is lost meanwhile. Where a thread that needs next to no processor time stood
 * still for longer than the frames last that may be under way, so did everything else: the gap is no fault of the client,
 * as long as no more is lost than came in that time.
 */
export async function losesNoFrame(
  here: Pick<WholeClient, 'client'>,
  work: () => Promise<void>,
): Promise<void> {
  const clock = new Worker(clockProgram, { eval: true })
  try {
    const before = droppedFrames(here)
    await work()
    const after = droppedFrames(here)
    const lost = after.all - before.all
    const stoodStillMs = await new Promise<number>((resolve) => {
      clock.once('message', resolve)
      clock.postMessage('now')
    })
    const missed = Math.floor((stoodStillMs * video.fps) / 1000)
    const allowed = missed > maximumOutstandingFrames ? missed : 0
    const words = `frames lost (${JSON.stringify({ before, after })}); the machine stood still for at most ${Math.round(stoodStillMs)} ms`
    expect(lost, words).toBeLessThanOrEqual(allowed)
  } finally {
    await clock.terminate()
  }
}
