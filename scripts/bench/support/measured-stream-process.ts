/**
 * The stream process with a bound of frames under way that is out of reach. It counts how many are under way whenever one is
 * sent and says so once a second on its standard output, one line of JSON (`FramesUnderWay`).
 */
import { registerHooks } from 'node:module'

const bound = /(maximumOutstandingFrames = )\d+/

/** Of one second. */
export interface FramesUnderWay {
  framesUnderWay: {
    /** At index N: how many frames were sent of which N were under way then, the frame itself among them. */
    sentWith: number[]
    /** The longest time from a frame's sending to the page's word that it has it, ms. */
    longestMs: number
  }
}

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith('/src-main/shared/stream-port.ts')) return loaded
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
    if (!bound.test(source)) throw new Error('stream-port.ts has no bound of frames under way')
    return { ...loaded, source: source.replace(bound, '$1200') }
  },
})

const { FramePort } = await import('../../../src-main/stream-process/frame-port.ts')
const sentAt = new Map<number, number>()
let sentWith: number[] = []
let longestMs = 0

/** The port's own list of frames that the page has not acknowledged. */
const underWay = (port: object): readonly number[] => (port as { outstanding: number[] }).outstanding

const prototype: Record<
  'send' | 'receive',
  (this: InstanceType<typeof FramePort>, message: Uint8Array) => void
> = FramePort.prototype
const { send, receive } = prototype
prototype.send = function (message) {
  const before = this.counters.framesSent
  send.call(this, message)
  if (this.counters.framesSent === before) return
  const frames = underWay(this)
  sentWith[frames.length] = (sentWith[frames.length] ?? 0) + 1
  sentAt.set(frames.at(-1) ?? 0, performance.now())
}
prototype.receive = function (message) {
  receive.call(this, message)
  const frames = new Set(underWay(this))
  for (const [frame, at] of sentAt) {
    if (frames.has(frame)) continue
    longestMs = Math.max(longestMs, performance.now() - at)
    sentAt.delete(frame)
  }
}
setInterval(() => {
  const line: FramesUnderWay = {
    framesUnderWay: { sentWith: Array.from(sentWith, (count) => count ?? 0), longestMs },
  }
  console.log(JSON.stringify(line))
  sentWith = []
  longestMs = 0
}, 1000).unref()

await import('../../../src-main/stream-process/index.ts')
