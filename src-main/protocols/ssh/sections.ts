/** Bytes that come one after the other, cut where certain delimiters are found; each part is kept to its own bound. */

export interface Section {
  bytes: Buffer
  /** More came than was kept. */
  truncated: boolean
}

export class Sections {
  private readonly delimiters: readonly Buffer[]
  private readonly limits: readonly number[]
  private readonly parts: { chunks: Buffer[]; size: number; truncated: boolean }[] = []
  /** What may be the beginning of the next delimiter. */
  private held: Buffer = Buffer.alloc(0)

  /**
   * @param delimiters in their order
   * @param limits bytes that are kept in front of each of them
   */
  constructor(delimiters: readonly string[], limits: readonly number[]) {
    this.delimiters = delimiters.map((text) => Buffer.from(text))
    this.limits = limits
    this.parts.push({ chunks: [], size: 0, truncated: false })
  }

  /** Delimiters that have come. */
  get passed(): number {
    return this.parts.length - 1
  }

  get complete(): boolean {
    return this.passed === this.delimiters.length
  }

  /** Takes what arrives. @returns what follows the last delimiter; null as long as that has not come */
  push(chunk: Buffer): Buffer | null {
    if (this.complete) return chunk
    let rest: Buffer = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk
    for (;;) {
      const delimiter = this.delimiters[this.passed]!
      const at = rest.indexOf(delimiter)
      if (at < 0) break
      this.keep(rest.subarray(0, at))
      rest = rest.subarray(at + delimiter.length)
      if (this.passed + 1 === this.delimiters.length) {
        this.parts.push({ chunks: [], size: 0, truncated: false })
        this.held = Buffer.alloc(0)
        return rest
      }
      this.parts.push({ chunks: [], size: 0, truncated: false })
    }
    const safe = Math.max(0, rest.length - this.delimiters[this.passed]!.length + 1)
    this.keep(rest.subarray(0, safe))
    this.held = Buffer.from(rest.subarray(safe))
    return null
  }

  /** What came in front of a delimiter; of the part that is not over yet also what may belong to its delimiter. */
  section(index: number): Section {
    const part = this.parts[index] ?? { chunks: [], size: 0, truncated: false }
    const open = index === this.passed ? [this.held] : []
    return { bytes: Buffer.concat([...part.chunks, ...open]), truncated: part.truncated }
  }

  private keep(bytes: Buffer): void {
    const part = this.parts.at(-1)!
    const room = (this.limits[this.passed] ?? 0) - part.size
    if (bytes.length > room) part.truncated = true
    const kept = bytes.subarray(0, Math.max(0, room))
    if (kept.length === 0) return
    // A copy: the chunk may be a piece of a much larger one.
    part.chunks.push(Buffer.from(kept))
    part.size += kept.length
  }
}
