/** RTSP messages as GameStream speaks them, and their encrypted form (scheme rtspenc). */
import { createCipheriv, createDecipheriv } from 'node:crypto'

export interface RtspRequest {
  method: string
  target: string
  headers: Map<string, string>
  body: string
}

/** Reads a whole request; null if it is not one. */
export function parseRequest(text: string): RtspRequest | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const match = /^([A-Z]+) (\S+) RTSP\/1\.0$/.exec(first)
  if (!match) return null
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) return null
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { method: match[1] ?? '', target: match[2] ?? '', headers, body: text.slice(end + 4) }
}

/** True once `bytes` hold a whole plain request (its body has the length that Content-length names). */
export function requestIsComplete(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: *(\d{1,5})\r\n/i.exec(
    bytes.subarray(0, end + 2).toString('latin1'),
  )?.[1]
  return bytes.length >= end + 4 + Number(length ?? 0)
}

/** Builds an answer; header order is kept, names are case sensitive to the client. */
export function buildResponse(status: string, headers: [string, string | number][], body = ''): Buffer {
  const lines = [`RTSP/1.0 ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', '']
  return Buffer.from(lines.join('\r\n') + body, 'latin1')
}

const encryptedFlag = 0x80000000
const headSize = 24

function nonce(sequence: number, side: 'C' | 'H'): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUInt32LE(sequence, 0)
  iv[10] = side.charCodeAt(0)
  iv[11] = 'R'.charCodeAt(0)
  return iv
}

/** Total length of the encrypted message that begins with `bytes`; null while unknown, -1 if it is none. */
export function encryptedLength(bytes: Buffer): number | null {
  if (bytes.length < 4) return null
  const word = bytes.readUInt32BE(0)
  return word >= encryptedFlag ? headSize + (word - encryptedFlag) : -1
}

/** Opens a message made by `side`; null if the key or any byte is wrong. */
export function openRtsp(
  key: Buffer,
  bytes: Buffer,
  side: 'C' | 'H',
): { text: string; sequence: number } | null {
  if (bytes.length < headSize || encryptedLength(bytes) !== bytes.length) return null
  const sequence = bytes.readUInt32BE(4)
  const decipher = createDecipheriv('aes-128-gcm', key, nonce(sequence, side), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(8, headSize))
  try {
    return {
      text: Buffer.concat([decipher.update(bytes.subarray(headSize)), decipher.final()]).toString('latin1'),
      sequence,
    }
  } catch {
    return null
  }
}

/** Seals a message as `side`. */
export function sealRtsp(key: Buffer, message: Buffer, sequence: number, side: 'C' | 'H'): Buffer {
  const cipher = createCipheriv('aes-128-gcm', key, nonce(sequence, side), { authTagLength: 16 })
  const body = Buffer.concat([cipher.update(message), cipher.final()])
  const head = Buffer.alloc(headSize)
  head.writeUInt32BE((encryptedFlag + message.length) >>> 0, 0)
  head.writeUInt32BE(sequence, 4)
  cipher.getAuthTag().copy(head, 8)
  return Buffer.concat([head, body])
}
