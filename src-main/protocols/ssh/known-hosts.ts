/** The keys that OpenSSH knows for a host (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): read, never written. */
import { createHmac } from 'node:crypto'
import { matchesList } from './patterns.ts'

export interface KnownKeys {
  /** `type base64`. */
  keys: string[]
  /** Keys that are marked as revoked. */
  revoked: string[]
  /** Keys of authorities, whose certificates ssh2 cannot check. */
  authorities: string[]
}

/** `|1|salt|hash`: the name is hidden by HMAC-SHA1. */
function isHashOf(names: string, name: string): boolean {
  const [, salt = '', hash = ''] = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(names) ?? []
  return hash !== '' && createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

/**
 * @param text of one or more known_hosts files
 * @param host name, address or alias of the host
 */
export function knownKeys(text: string, host: string, port: number): KnownKeys {
  const name = (port === 22 ? host : `[${host}]:${port}`).toLowerCase()
  const known: KnownKeys = { keys: [], revoked: [], authorities: [] }
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/[ \t]+/)
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
    const [names = '', type = '', blob = ''] = fields
    if (
      names.startsWith('#') ||
      !/^(ssh|ecdsa|sk)-[\w@.-]{1,60}$/.test(type) ||
      !/^[A-Za-z0-9+/=]+$/.test(blob)
    )
      continue
    if (!(names.startsWith('|') ? isHashOf(names, name) : matchesList(names.split(','), name))) continue
    const list =
      marker === undefined
        ? known.keys
        : marker === '@revoked'
          ? known.revoked
          : marker === '@cert-authority'
            ? known.authorities
            : null
    list?.push(`${type} ${blob}`)
  }
  return known
}
