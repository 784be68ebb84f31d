/** ENet 1.3 on the wire: commands in, commands out. Everything is big endian; sizes are checked against the datagram. */

export const commandType = {
  acknowledge: 1,
  connect: 2,
  verifyConnect: 3,
  disconnect: 4,
  ping: 5,
  sendReliable: 6,
  sendUnreliable: 7,
  sendFragment: 8,
  sendUnsequenced: 9,
  bandwidthLimit: 10,
  throttleConfigure: 11,
  sendUnreliableFragment: 12,
} as const

export const flagAcknowledge = 0x80
const flagSentTime = 0x8000
const sizes: Record<number, number> = {
  1: 8,
  2: 48,
  3: 44,
  4: 8,
  5: 4,
  6: 6,
  7: 8,
  8: 24,
  9: 8,
  10: 12,
  11: 16,
  12: 24,
}

export interface Command {
  type: number
  /** The sender wants an acknowledgement. */
  acknowledge: boolean
  channel: number
  sequence: number
  /** The command's own fields after the first four bytes, without data. */
  fields: Buffer
  /** Payload of send commands. */
  data: Buffer
}

export interface Datagram {
  peerId: number
  sessionId: number
  sentTime: number
  commands: Command[]
}

/** Reads a datagram; null if any length in it does not fit. */
export function parseDatagram(bytes: Buffer): Datagram | null {
  if (bytes.length < 2) return null
  const head = bytes.readUInt16BE(0)
  const hasTime = (head & flagSentTime) !== 0
  let at = hasTime ? 4 : 2
  if (bytes.length < at) return null
  const datagram: Datagram = {
    peerId: head & 0xfff,
    sessionId: (head >> 12) & 3,
    sentTime: hasTime ? bytes.readUInt16BE(2) : 0,
    commands: [],
  }
  while (at < bytes.length) {
    if (bytes.length - at < 4) return null
    const first = bytes[at] ?? 0
    const type = first & 0x0f
    const size = sizes[type]
    if (size === undefined || bytes.length - at < size) return null
    const fields = bytes.subarray(at + 4, at + size)
    let length = 0
    if (type === commandType.sendReliable) length = fields.readUInt16BE(0)
    else if (type === commandType.sendUnreliable || type === commandType.sendUnsequenced)
      length = fields.readUInt16BE(2)
    else if (type === commandType.sendFragment || type === commandType.sendUnreliableFragment)
      length = fields.readUInt16BE(2)
    if (bytes.length - at - size < length) return null
    datagram.commands.push({
      type,
      acknowledge: (first & flagAcknowledge) !== 0,
      channel: bytes[at + 1] ?? 0,
      sequence: bytes.readUInt16BE(at + 2),
      fields,
      data: bytes.subarray(at + size, at + size + length),
    })
    at += size + length
  }
  return datagram
}

/** One command's bytes. */
export function buildCommand(
  type: number,
  channel: number,
  sequence: number,
  fields: Buffer,
  data?: Buffer,
): Buffer {
  const head = Buffer.from([type, channel, sequence >> 8, sequence & 255])
  return data ? Buffer.concat([head, fields, data]) : Buffer.concat([head, fields])
}

/** A datagram with its sent time (needed for acknowledgements of reliable commands). */
export function buildDatagram(
  peerId: number,
  sessionId: number,
  sentTime: number,
  commands: Buffer[],
): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE((peerId & 0xfff) | ((sessionId & 3) << 12) | flagSentTime, 0)
  head.writeUInt16BE(sentTime & 0xffff, 2)
  return Buffer.concat([head, ...commands])
}
