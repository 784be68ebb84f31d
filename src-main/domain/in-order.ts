/** Work that must not overlap: one piece after the other, as it was asked for. A piece that fails does not stop the next one. */
export class InOrder {
  private last: Promise<unknown> = Promise.resolve()

  /** Runs `work` when all pieces before it have ended. @returns what it returns or throws */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const mine = this.last.then(work)
    this.last = mine.catch(() => undefined)
    return mine
  }
}
