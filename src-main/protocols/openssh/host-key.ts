/** Answers to ssh's KnownHostsCommand: lines of known_hosts under the very name that `ssh` asks for. No I/O. */
import { WireReader, wireString } from '../ssh/wire.ts'

/** What is known of a host (`type base64` each). */
export interface HostKeys {
  accepted: readonly string[]
  revoked: readonly string[]
  /** Authorities whose certificates are accepted. */
  authorities: readonly string[]
}

/** How many fields of a certificate's key follow its nonce (PROTOCOL.certkeys). */
const keyFields: Readonly<Record<string, number>> = {
  'ssh-rsa': 2,
  'ssh-ed25519': 1,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
}

const certificateSuffix = '-cert-v01@openssh.com'

/** The blob of a key; of a certificate the key in it. @returns null: none that is known here */
export function plainKey(blob: Buffer): Buffer | null {
  const reader = new WireReader(blob)
  const name = reader.string()?.toString('latin1')
  if (name === undefined) return null
  if (!name.endsWith(certificateSuffix)) return blob
  const plainName = name.slice(0, -certificateSuffix.length)
  const fields = keyFields[plainName]
  const nonce = reader.string()
  if (fields === undefined || nonce === null) return null
  const parts = [wireString(Buffer.from(plainName))]
  for (let left = fields; left > 0; left--) {
    const part = reader.string()
    if (part === null) return null
    parts.push(wireString(part))
  }
  return Buffer.concat(parts)
}

/** Everything that is known, under a name. */
export function knownLines({ accepted, revoked, authorities }: HostKeys, name: string): string {
  return [
    ...accepted.map((key) => `${name} ${key}\n`),
    ...revoked.map((key) => `@revoked ${name} ${key}\n`),
    ...authorities.map((key) => `@cert-authority ${name} ${key}\n`),
  ].join('')
}

export const isCertificate = (type: string): boolean => type.endsWith(certificateSuffix)
