/** Bits of an H.264 raw byte sequence payload (ITU-T H.264 clauses 7.2 and 9.1), reading and writing. */

/** Reads bits; past the end it throws a RangeError, so that a truncated parameter set cannot be taken for a whole one. */
export class BitReader {
  /** Bits read so far. */
  position = 0
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  bit(): number {
    const byte = this.bytes[this.position >> 3]
    if (byte === undefined) throw new RangeError('the parameter set is truncated')
    const value = (byte >> (7 - (this.position & 7))) & 1
    this.position++
    return value
  }

  flag(): boolean {
    return this.bit() === 1
  }

  /** u(n), n at most 32. */
  bits(count: number): number {
    let value = 0
    for (let index = 0; index < count; index++) value = value * 2 + this.bit()
    return value
  }

  /** ue(v) */
  unsigned(): number {
    let zeros = 0
    while (this.bit() === 0) if (++zeros > 31) throw new RangeError('an Exp-Golomb code is too long')
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /** se(v) */
  signed(): number {
    const code = this.unsigned()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
}

export class BitWriter {
  private readonly bytes: number[] = []
  private length = 0

  bit(value: number): void {
    if ((this.length & 7) === 0) this.bytes.push(0)
    if (value !== 0) {
      const last = this.bytes.length - 1
      this.bytes[last] = (this.bytes[last] ?? 0) | (1 << (7 - (this.length & 7)))
    }
    this.length++
  }

  bits(value: number, count: number): void {
    for (let index = count - 1; index >= 0; index--) this.bit(Math.floor(value / 2 ** index) % 2)
  }

  /** ue(v) */
  unsigned(value: number): void {
    const length = Math.floor(Math.log2(value + 1))
    this.bits(0, length)
    this.bits(value + 1, length + 1)
  }

  /** se(v) */
  signed(value: number): void {
    this.unsigned(value > 0 ? value * 2 - 1 : -value * 2)
  }

  /** rbsp_trailing_bits, then the bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    this.bit(1)
    return Uint8Array.from(this.bytes)
  }
}
