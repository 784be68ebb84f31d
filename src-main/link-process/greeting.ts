/** What a login shell says by itself (a greeting in ~/.bashrc) comes before the relay's first frame on the same channel. */

/** Header of HELLO: 34 bytes of payload, type 1, flow 0, stream 0. No text contains it. */
const hello = Buffer.from([34, 0, 0, 0, 1, 0, 0, 0])
const maximumGreeting = 64 * 1024

export class Greeting {
  private waiting: Buffer = Buffer.alloc(0)
  private over = false

  /**
   * Takes what arrives and gives what belongs to the relay, beginning with its HELLO.
   * @throws Error when no relay speaks
   */
  skip(chunk: Buffer): Buffer {
    if (this.over) return chunk
    this.waiting = Buffer.concat([this.waiting, chunk])
    const at = this.waiting.indexOf(hello)
    if (at >= 0) {
      this.over = true
      return this.waiting.subarray(at)
    }
    if (this.waiting.length > maximumGreeting) throw new Error('something else than the relay answered')
    return Buffer.alloc(0)
  }
}
