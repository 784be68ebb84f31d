/**
 * A new ed25519 public key as `ssh-keygen` writes it (RFC 8709), made by Node.js itself: ssh2's generator cuts leading zero bytes off,
 * so that one in 256 of its keys is none.
 */
import { generateKeyPairSync } from 'node:crypto'

const type = 'ssh-ed25519'

/** A string with its length in front (RFC 4251). */
export function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}

/** @returns `ssh-ed25519 AAAA...` */
export function newPublicKey(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const blob = Buffer.concat([sized(Buffer.from(type)), sized(Buffer.from(x, 'base64url'))])
  return `${type} ${blob.toString('base64')}`
}
