/**
 * One request for a key frame at a time, of all who ask: page, frame port, and what watches for pictures. A slow line would carry
 * nothing but the answers to all of them.
 */

/** The time that an answer is given before it is asked for again: twice what the last one took, within these. */
const answerMs = { least: 1000, most: 5000 }
/** A host that answers none of so many in a row is asked by the next who needs one. */
const mostAgain = 3
/** A relay knows that it dropped the answer; it does not ask more often than this. */
const atOnceMs = 200

export class KeyFrameRequests {
  private readonly request: () => void
  private readonly now: () => number
  private open: { at: number; timer: NodeJS.Timeout } | null = null
  private lastAt = Number.NEGATIVE_INFINITY
  private tookMs = 0
  private stopped = false

  /** @param now ms, monotonic */
  constructor(request: () => void, now: () => number = () => performance.now()) {
    this.request = request
    this.now = now
  }

  /**
   * A key frame is needed; the answer to a request under way serves, too.
   * @param again how often an answer that does not come is asked for again
   */
  ask(again = mostAgain): void {
    if (this.open === null) this.send(again)
  }

  /** The answer to whatever was asked before was dropped, and there is room for another one. */
  askAtOnce(): void {
    if (this.now() - this.lastAt >= atOnceMs) this.send(mostAgain)
  }

  /** A key frame came. */
  came(): void {
    if (this.open === null) return
    this.tookMs = this.now() - this.open.at
    this.close()
  }

  /** Nothing is asked for any more. */
  stop(): void {
    this.stopped = true
    this.close()
  }

  private close(): void {
    clearTimeout(this.open?.timer)
    this.open = null
  }

  private send(again: number): void {
    if (this.stopped) return
    this.close()
    const at = this.now()
    const limit = Math.min(answerMs.most, Math.max(answerMs.least, 2 * this.tookMs))
    const timer = setTimeout(() => {
      if (again > 0) this.send(again - 1)
      else this.open = null
    }, limit)
    this.open = { at, timer }
    this.lastAt = at
    this.request()
  }
}
