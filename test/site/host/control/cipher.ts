/** AES-128-GCM envelopes of the control stream (v2): 0x0001, length, sequence, tag, ciphertext; little endian. */
import { createCipheriv, createDecipheriv } from 'node:crypto'

const envelope = 0x0001
const tagSize = 16

function nonce(sequence: number, side: 'C' | 'H'): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUInt32LE(sequence, 0)
  iv[10] = side.charCodeAt(0)
  iv[11] = 'C'.charCodeAt(0)
  return iv
}

export interface ControlMessage {
  type: number
  payload: Buffer
}

/** Opens a message of the client; null if it is malformed or was not made with this key. */
export function openControl(key: Buffer, bytes: Buffer): ControlMessage | null {
  if (
    bytes.length < 24 + 4 ||
    bytes.readUInt16LE(0) !== envelope ||
    bytes.readUInt16LE(2) !== bytes.length - 4
  )
    return null
  const decipher = createDecipheriv('aes-128-gcm', key, nonce(bytes.readUInt32LE(4), 'C'), {
    authTagLength: tagSize,
  })
  decipher.setAuthTag(bytes.subarray(8, 24))
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(24)), decipher.final()])
    if (plain.readUInt16LE(2) !== plain.length - 4) return null
    return { type: plain.readUInt16LE(0), payload: plain.subarray(4) }
  } catch {
    return null
  }
}

/** Seals a message of the host. */
export function sealControl(key: Buffer, sequence: number, message: ControlMessage): Buffer {
  const plain = Buffer.alloc(4)
  plain.writeUInt16LE(message.type, 0)
  plain.writeUInt16LE(message.payload.length, 2)
  const cipher = createCipheriv('aes-128-gcm', key, nonce(sequence, 'H'), { authTagLength: tagSize })
  const body = Buffer.concat([cipher.update(plain), cipher.update(message.payload), cipher.final()])
  const head = Buffer.alloc(8)
  head.writeUInt16LE(envelope, 0)
  head.writeUInt16LE(4 + tagSize + body.length, 2)
  head.writeUInt32LE(sequence, 4)
  return Buffer.concat([head, cipher.getAuthTag(), body])
}
