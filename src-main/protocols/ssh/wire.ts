/** Strings of SSH's binary formats: a length of four bytes, most significant first, and so many bytes (RFC 4251 5). */

/** Reads a message part by part, and never beyond its end. */
export class WireReader {
  private readonly bytes: Buffer
  private at: number

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  /** @returns null: it is cut off; so is everything behind it */
  number(): number | null {
    return this.take(4)?.readUInt32BE(0) ?? null
  }

  /** @returns null: it is cut off; so is everything behind it */
  string(): Buffer | null {
    const length = this.number()
    return length === null ? null : this.take(length)
  }

  private take(length: number): Buffer | null {
    const start = this.at
    this.at = start + length
    return this.at > this.bytes.length ? null : this.bytes.subarray(start, this.at)
  }
}

export function wireString(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The longest name of a kind of key that is shown. */
const longestType = 64

/** The kind of a public key or certificate, which its blob begins with; empty: it is none. */
export function typeOfBlob(blob: Buffer): string {
  const type = new WireReader(blob).string()
  return type === null || type.length > longestType ? '' : type.toString('latin1')
}
