/** Private keys as other programs write them, made into what ssh2 reads. No I/O. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { WireReader, wireString } from '../../protocols/ssh/wire.ts'

const magic = 'openssh-key-v1\0'

/** The bytes of a key in OpenSSH's own format (PROTOCOL.key); null: another format. */
function ownFormat(text: string): Buffer | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1] ?? ''
  const bytes = Buffer.from(body, 'base64')
  return bytes.subarray(0, magic.length).toString('latin1') === magic ? bytes : null
}

/** What such a key shows though it is encrypted: the cipher and the public key's blob; null: another format, or cut off. */
export function shownOf(text: string): { cipher: string; blob: Buffer } | null {
  const bytes = ownFormat(text)
  if (bytes === null) return null
  const reader = new WireReader(bytes, magic.length)
  const cipher = reader.string()
  // Key derivation and its options; then how many keys there are.
  reader.string()
  reader.string()
  reader.number()
  const blob = reader.string()
  return cipher === null || blob === null ? null : { cipher: cipher.toString('latin1'), blob }
}

/** The key alone: openssl writes what it knows of one in front, and editors leave blanks at the ends of lines. */
export function keyBlock(text: string): string {
  const block = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?-----END \1-----/.exec(text)?.[0]
  return block === undefined ? text : block.replace(/[^\S\n]+$/gm, '')
}

const isPkcs8 = (block: string): boolean => /^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(block)

/**
 * PKCS #8 (RFC 5958), in which openssl writes keys of all kinds, as the format of the kind; any other text stays as it is.
 * @throws Error it is encrypted, the passphrase is wrong, or no SSH key is of this kind
 */
export function withoutPkcs8(block: string, passphrase?: string): string {
  if (!isPkcs8(block)) return block
  if (block.startsWith('-----BEGIN ENCRYPTED') && passphrase === undefined)
    throw new Error('encrypted, and no passphrase is given')
  const key = createPrivateKey({
    key: block,
    format: 'pem',
    ...(passphrase === undefined ? {} : { passphrase }),
  })
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString().trim()
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString().trim()
  if (key.asymmetricKeyType === 'ed25519') return asOwnFormat(key)
  throw new Error(`a key of type ${key.asymmetricKeyType ?? 'unknown'}`)
}

/** An ed25519 key in OpenSSH's own format, not encrypted. */
function asOwnFormat(key: KeyObject): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' })
  const [secret, point] = [d, x].map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer]
  const type = wireString(Buffer.from('ssh-ed25519'))
  const blob = Buffer.concat([type, wireString(point)])
  const none = wireString(Buffer.from('none'))
  const check = Buffer.alloc(8)
  const comment = wireString(Buffer.alloc(0))
  const plain = Buffer.concat([check, blob, wireString(Buffer.concat([secret, point])), comment])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (plain.length % 8)) % 8))
  const bytes = Buffer.concat([
    Buffer.from(magic, 'latin1'),
    ...[none, none, wireString(Buffer.alloc(0)), Buffer.from([0, 0, 0, 1])],
    ...[wireString(blob), wireString(Buffer.concat([plain, padding]))],
  ])
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----'].join('\n')
}
