/** Host keys: the public line `type base64`, its fingerprint, and the decision about a key that a server shows. */
import { createHash } from 'node:crypto'
import { typeOfBlob } from './wire.ts'

/** `type base64` of a key blob as it comes over the wire. */
export function publicLine(blob: Buffer): string {
  return `${typeOfBlob(blob)} ${blob.toString('base64')}`
}

/** As OpenSSH prints it: `SHA256:` and base64 without padding. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** `known`: listed; `changed`: others are listed; `unknown`: nothing is listed. */
export function judgeHostKey(blob: Buffer, listed: readonly string[]): 'known' | 'changed' | 'unknown' {
  if (listed.length === 0) return 'unknown'
  const shown = publicLine(blob)
  return listed.some((line) => line.split(' ').slice(0, 2).join(' ') === shown) ? 'known' : 'changed'
}
