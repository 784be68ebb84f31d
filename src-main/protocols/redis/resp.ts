/** Redis's protocol (RESP 2) as far as a few read commands need it: bytes in, values out. */

export type RedisValue = string | number | null | RedisError | RedisValue[]

/** An error that Redis answered, for instance `NOAUTH Authentication required.` */
export class RedisError {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const maximumElements = 100_000
const maximumDepth = 4

/** One command as Redis wants it. */
export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

/** Reads all whole replies of `bytes`; what is cut off or is not Redis's ends the list. */
export function decodeReplies(bytes: Buffer): RedisValue[] {
  const replies: RedisValue[] = []
  const reader = new Reader(bytes)
  for (;;) {
    const reply = reader.value(0)
    if (reply === undefined) return replies
    replies.push(reply)
  }
}

class Reader {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  value(depth: number): RedisValue | undefined {
    const line = this.line()
    if (line === undefined || line === '' || depth > maximumDepth) return undefined
    const rest = line.slice(1)
    switch (line[0]) {
      case '+':
        return rest
      case '-':
        return new RedisError(rest)
      case ':':
        return this.number(rest)
      case '$':
        return this.text(this.number(rest))
      case '*':
        return this.array(this.number(rest), depth)
      default:
        return undefined
    }
  }

  private array(length: number | undefined, depth: number): RedisValue | undefined {
    if (length === -1) return null
    if (length === undefined || length < 0 || length > maximumElements) return undefined
    const values: RedisValue[] = []
    for (let index = 0; index < length; index++) {
      const value = this.value(depth + 1)
      if (value === undefined) return undefined
      values.push(value)
    }
    return values
  }

  private text(length: number | undefined): string | null | undefined {
    if (length === -1) return null
    if (length === undefined || length < 0 || this.at + length + 2 > this.bytes.length) return undefined
    const text = this.bytes.toString('utf8', this.at, this.at + length)
    this.at += length + 2
    return text
  }

  private number(text: string): number | undefined {
    return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
  }

  private line(): string | undefined {
    const end = this.bytes.indexOf('\r\n', this.at)
    if (end < 0) return undefined
    const line = this.bytes.toString('latin1', this.at, end)
    this.at = end + 2
    return line
  }
}
