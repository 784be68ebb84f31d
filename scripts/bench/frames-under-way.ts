/**
 * How many frames are under way between stream process and page at 60 fps, on the whole path from the demo site's host to a
 * real Chromium, with a bound that is out of reach: what `maximumOutstandingFrames` (shared/stream-port.ts) must allow on the
 * machine as it is. `--seconds N` of the stream are looked at (default 60). `framesPerSecond` says whether the host kept up.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Logger } from '../../src-main/ports/platform.ts'
import { maximumOutstandingFrames } from '../../src-main/shared/stream-port.ts'
import type { FramesUnderWay } from './support/measured-stream-process.ts'
import { openStream } from './support/stream.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
const seconds = Math.max(2, Math.min(600, Number(values.seconds) || 60))
const video = { width: 1280, height: 720, fps: 60, bitrateKbps: 8000 }
/** Opening, first key frame and first pictures are not what is measured. */
const settlingMs = 5000

const heard: FramesUnderWay['framesUnderWay'][] = []
const logger: Logger = {
  log(_level, event, fields) {
    if (event !== 'stream-process.output') return
    heard.push((JSON.parse(String(fields?.line)) as FramesUnderWay).framesUnderWay)
  },
}

/** Frames that were sent while N were under way, by N. */
function totals(parts: typeof heard): number[] {
  const sum: number[] = []
  for (const { sentWith } of parts)
    sentWith.forEach((count, frames) => (sum[frames] = (sum[frames] ?? 0) + count))
  return Array.from(sum, (count) => count ?? 0)
}

/** The smallest number that `share` of all frames did not exceed. */
function percentile(sentWith: readonly number[], share: number): number {
  const all = sentWith.reduce((sum, count) => sum + count, 0)
  let seen = 0
  return sentWith.findIndex((count) => (seen += count) >= all * share)
}

const stack = new AsyncDisposableStack()
try {
  const entries = { stream: join(import.meta.dirname, 'support', 'measured-stream-process.ts') }
  const { client, page } = await openStream(stack, video, { logger, entries })
  const lost = (): number => {
    const { stream, link } = client.snapshot() ?? {}
    return Math.max(stream?.framesDropped ?? 0, link?.droppedFrames ?? 0)
  }
  await page.waitForTimeout(settlingMs)
  const [first, lostBefore, started] = [heard.length, lost(), performance.now()]
  await page.waitForTimeout(seconds * 1000)
  const took = (performance.now() - started) / 1000
  const parts = heard.slice(first)
  const framesLost = lost() - lostBefore
  const sentWith = totals(parts)
  const frames = sentWith.reduce((sum, count) => sum + count, 0)
  await client.endSession()
  console.log(
    JSON.stringify({
      benchmark: 'frames-under-way',
      unit: 'frames',
      video,
      bound: maximumOutstandingFrames,
      seconds: Math.round(took),
      frames,
      framesPerSecond: Math.round((frames / took) * 10) / 10,
      p50: percentile(sentWith, 0.5),
      p99: percentile(sentWith, 0.99),
      maximum: sentWith.length - 1,
      longestMs: Math.round(Math.max(...parts.map(({ longestMs }) => longestMs))),
      framesLost,
      sentWith,
    }),
  )
} finally {
  await stack.disposeAsync()
}
