/** Asks one source again and again: the next question waits for the last answer, and longer after each failure. */

const longestPauseMs = 120_000

export class Poller {
  private readonly ask: () => Promise<void>
  private readonly paceMs: () => number
  private timer: NodeJS.Timeout | null = null
  private failures = 0
  private asking = false
  private again = false
  private stopped = false

  /**
   * @param ask rejects when there was no answer; it must end by itself
   * @param paceMs pause between an answer and the next question
   */
  constructor(ask: () => Promise<void>, paceMs: number | (() => number)) {
    this.ask = ask
    this.paceMs = typeof paceMs === 'number' ? () => paceMs : paceMs
    void this.turn()
  }

  /** Asks as soon as possible. */
  now(): void {
    if (this.stopped) return
    if (this.asking) this.again = true
    else void this.turn()
  }

  stop(): void {
    this.stopped = true
    if (this.timer) clearTimeout(this.timer)
  }

  private async turn(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.asking = true
    this.again = false
    try {
      await this.ask()
      this.failures = 0
    } catch {
      this.failures++
    }
    this.asking = false
    if (this.stopped) return
    const pace = this.paceMs()
    const pause = this.again
      ? 0
      : Math.min(Math.max(longestPauseMs, pace), pace * 2 ** Math.min(this.failures, 6))
    this.timer = setTimeout(() => void this.turn(), pause)
  }
}
