/** One file with a key of the user's: its public half, and its private one, for which a person may be asked for the passphrase. */
import { readFile, stat } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { fail } from '../../shared/errors.ts'
import { typeOfBlob } from '../../protocols/ssh/wire.ts'
import { keyBlock, shownOf, withoutPkcs8 } from './key-text.ts'

/** Asks for the passphrase of a file. @param again the last one was wrong @returns null: there is none */
export type AskPassphrase = (file: string, again: boolean) => Promise<string | null>

export interface KeyFile {
  path: string
  /** `type base64`; null: this kind of key cannot be used here. */
  publicKey: string | null
  /** As the file names it, for instance `sk-ssh-ed25519@openssh.com`. */
  type: string
  /** Whether somebody has to be asked first. */
  locked: boolean
  /** The private half; null where the file holds none, or where its passphrase stayed unknown. */
  unlock: (() => Promise<ParsedKey | null>) | null
}

const maximumKeyFile = 64 * 1024
export const noSuchFile = 'there is no such file'
const maximumTries = 3

/** Private halves by their public ones, unlocked in this run: none is asked for twice. */
const unlocked = new Map<string, ParsedKey>()

/** Loaded with the first key: it is large, and the window comes first. */
export const loadSsh2 = async () => (await import('ssh2')).default

export const lineOf = (key: ParsedKey): string => `${key.type} ${key.getPublicSSH().toString('base64')}`

export function unusable(path: string, reason: string): Error {
  return fail('bad-profile', 'key-unusable', {
    evidence: [
      { label: 'file', value: path },
      { label: 'reason', value: reason },
    ],
  })
}

/** Security keys and certificates: ssh2 signs with neither. */
export const isUnsupported = (type: string): boolean => /^sk-|-cert-v\d\d@openssh\.com$/.test(type)

/** The public key inside a private one of OpenSSH's own format, which is not encrypted (PROTOCOL.key): `type base64`. */
export function publicHalf(text: string): string | null {
  const blob = shownOf(text)?.blob
  const type = blob === undefined ? '' : typeOfBlob(blob)
  return blob === undefined || type === '' ? null : `${type} ${blob.toString('base64')}`
}

const publicLine = /^((?:ssh|ecdsa|sk)-[\w.@-]{1,64} [A-Za-z0-9+/=]+)/

/** The line of a public key file, where there is one. */
async function publicFile(path: string): Promise<string | null> {
  const information = await stat(path).catch(() => null)
  if (!information?.isFile() || information.size > maximumKeyFile) return null
  return publicLine.exec(await readFile(path, 'utf8').catch(() => ''))?.[1] ?? null
}

/** The certificate that OpenSSH takes along with a key file: `type base64`, or null. */
export const certificateBeside = (path: string): Promise<string | null> =>
  publicFile(`${path.replace(/\.pub$/, '')}-cert.pub`)

const readPrivate = async (text: string, passphrase?: string): Promise<ParsedKey | Error> => {
  const { utils } = await loadSsh2()
  try {
    const parsed = utils.parseKey(withoutPkcs8(keyBlock(text), passphrase), passphrase)
    return parsed instanceof Error || parsed.isPrivateKey() ? parsed : new Error('it holds a public key')
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/**
 * Reads a private or a public key file.
 * @param isNamed it was chosen for this site: where it is encrypted in a format without its public half, and no `.pub` file is
 *   beside it, its passphrase is asked for at once
 * @throws VizlinkError bad-profile: missing, open to others or broken
 */
export async function readKeyFile(path: string, ask: AskPassphrase, isNamed: boolean): Promise<KeyFile> {
  const information = await stat(path).catch(() => null)
  if (!information?.isFile() || information.size > maximumKeyFile) throw unusable(path, noSuchFile)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw unusable(path, code === 'EACCES' ? 'you may not read it' : code)
  })
  const shown = publicLine.exec(text)?.[1] ?? null
  if (shown === null && process.platform !== 'win32' && (information.mode & 0o077) !== 0)
    throw unusable(path, 'others may read it')
  const line = shown ?? publicHalf(text)
  const type = line?.split(' ')[0] ?? ''
  if (isUnsupported(type)) return { path, publicKey: null, type, locked: false, unlock: null }
  if (shown !== null) {
    const { utils } = await loadSsh2()
    const parsed = utils.parseKey(shown)
    if (parsed instanceof Error) throw unusable(path, parsed.message)
    return { path, publicKey: shown, type, locked: false, unlock: null }
  }
  const parsed = await readPrivate(text)
  if (!(parsed instanceof Error))
    return { path, publicKey: lineOf(parsed), type: parsed.type, locked: false, unlock: async () => parsed }
  if (!/encrypted/i.test(parsed.message))
    throw unusable(path, text.startsWith('PuTTY-') ? 'a key of PuTTY: export it for OpenSSH' : parsed.message)
  const cipher = shownOf(text)?.cipher ?? ''
  // ssh2 fails with the right passphrase, too.
  if (cipher === 'chacha20-poly1305@openssh.com')
    throw unusable(path, `it is encrypted by ${cipher}; “ssh-keygen -p -Z aes256-ctr” changes that`)
  const known = line ?? (await publicFile(`${path}.pub`))
  const unlock = once(() => unlockKey(path, text, known, ask))
  if (known !== null)
    return { path, publicKey: known, type: known.split(' ')[0] ?? '', locked: !unlocked.has(known), unlock }
  if (!isNamed) throw unusable(path, 'it is encrypted, and its public half is not beside it (.pub)')
  const key = await unlock()
  if (key === null) throw unusable(path, 'its passphrase is not known')
  return { path, publicKey: lineOf(key), type: key.type, locked: false, unlock }
}

async function unlockKey(
  path: string,
  text: string,
  publicKey: string | null,
  ask: AskPassphrase,
): Promise<ParsedKey | null> {
  const kept = publicKey === null ? undefined : unlocked.get(publicKey)
  if (kept) return kept
  for (let time = 0; time < maximumTries; time++) {
    const passphrase = await ask(path, time > 0)
    if (passphrase === null) return null
    const key = await readPrivate(text, passphrase)
    if (key instanceof Error) continue
    unlocked.set(lineOf(key), key)
    return key
  }
  return null
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null
  return () => (result ??= work())
}
