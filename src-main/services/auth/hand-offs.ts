/** The app's hand-offs, one after the other where they need one port: the portal's is the same for all sites. */
import { openHandOff, type HandOff, type HandOffOptions } from '../../protocols/portal/hand-off.ts'

export class HandOffs {
  /** Those on a port of their own that have done their work, or are closing: they may still show their last page. */
  private ending: Promise<void> = Promise.resolve()

  /**
   * Opens one, after those that end.
   * @throws VizlinkError bad-request: the port is taken, by another program or by a sign-in that waits for its browser
   */
  async open(options: HandOffOptions): Promise<HandOff> {
    await this.ending
    const handOff = await openHandOff(options)
    const closed = Promise.withResolvers<void>()
    const isEnding = (): void => {
      this.ending = Promise.all([this.ending, closed.promise]).then(() => undefined)
    }
    // Where any port will do the next one has another.
    if (options.port !== 0) void handOff.arrived.then(isEnding)
    return {
      ...handOff,
      close: () => {
        isEnding()
        void handOff.close().then(closed.resolve)
        return closed.promise
      },
    }
  }

  /** Settles when all that are closing have freed their ports. */
  async settled(): Promise<void> {
    await this.ending
  }
}
