/** Hands pictures to a sink that may be busy: at most two are under way, and a newer one replaces one that waits. */
import type { Picture } from './decode-queue.ts'

export class NewestWins<P extends Picture> {
  presented = 0
  /** Overtaken by a newer picture before the sink took them. */
  dropped = 0
  private waiting: P | null = null
  private busy = 0
  private over = false
  private readonly show: (picture: P) => Promise<void>
  private readonly onFailed: (error: unknown) => void

  /** @param show takes the picture over and settles when the sink can take another */
  constructor(show: (picture: P) => Promise<void>, onFailed: (error: unknown) => void) {
    this.show = show
    this.onFailed = onFailed
  }

  push(picture: P): void {
    if (this.over) return picture.close()
    if (this.waiting) {
      this.waiting.close()
      this.dropped++
    }
    this.waiting = picture
    this.next()
  }

  dispose(): void {
    this.over = true
    this.waiting?.close()
    this.waiting = null
  }

  private next(): void {
    const picture = this.waiting
    if (picture === null || this.busy >= 1 || this.over) return
    this.waiting = null
    this.busy++
    this.show(picture).then(
      () => {
        this.busy--
        this.presented++
        this.next()
      },
      (error: unknown) => {
        this.busy--
        if (this.over) return
        this.dispose()
        this.onFailed(error)
      },
    )
  }
}
