/** Answers to ssh's KnownHostsCommand: lines of known_hosts under the very name that `ssh` asks for. No I/O. */

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

function readString(blob: Buffer, at: number): { value: Buffer; next: number } | null {
  const start = at + 4
  if (start > blob.length) return null
  const next = start + blob.readUInt32BE(at)
  return next > blob.length ? null : { value: blob.subarray(start, next), next }
}

const asString = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The blob of a key; of a certificate the key in it. @returns null: none that is known here */
export function plainKey(blob: Buffer): Buffer | null {
  const type = readString(blob, 0)
  const name = type?.value.toString('latin1') ?? ''
  if (type === null || !name.endsWith(certificateSuffix)) return type === null ? null : blob
  const plainName = name.slice(0, -certificateSuffix.length)
  const fields = keyFields[plainName]
  const nonce = readString(blob, type.next)
  if (fields === undefined || nonce === null) return null
  const parts = [asString(Buffer.from(plainName))]
  let at = nonce.next
  for (let left = fields; left > 0; left--) {
    const part = readString(blob, at)
    if (part === null) return null
    parts.push(asString(part.value))
    at = part.next
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
