/** Private keys as ssh-keygen, openssl and editors write them: what ssh takes is taken here. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readKeyFile } from '../../../../src-main/services/cluster/key-file.ts'
import { keyBlock, withoutPkcs8 } from '../../../../src-main/services/cluster/key-text.ts'
import { failureOf } from '../../../support/failure-of.ts'

const passphrase = 'pass phrase'
let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-key-text-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** Makes a key. @returns its public line, as ssh-keygen has it */
function make(file: string, words: string[]): string {
  if (words[0] === 'openssl') execFileSync('openssl', [...words.slice(1), '-out', file], { stdio: 'pipe' })
  else execFileSync('ssh-keygen', ['-q', '-C', '', '-f', file, ...words])
  if (words[0] === 'openssl') return ''
  const line = readFileSync(`${file}.pub`, 'utf8').trim()
  // Beside the key it would be taken for granted.
  rmSync(`${file}.pub`)
  return line
}

const editors: [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['with carriage returns', (text) => text.replaceAll('\n', '\r\n')],
  ['with blanks at the ends of lines', (text) => text.replaceAll('\n', ' \t\n')],
  ['with lines behind it', (text) => `${text}\n  \n`],
  ['without its last newline', (text) => text.trimEnd()],
  ['with words in front of it', (text) => `Bag Attributes\n    localKeyID: 01\n${text}`],
  ['with a byte order mark', (text) => `\ufeff${text}`],
]

describe.each<[string, string[]]>([
  ['own format', ['-t', 'ed25519', '-N', '']],
  ['own format, encrypted', ['-t', 'ed25519', '-N', passphrase]],
  ['PEM', ['-t', 'rsa', '-m', 'PEM', '-N', '']],
  ['PEM, encrypted', ['-t', 'ecdsa', '-m', 'PEM', '-N', passphrase]],
  ['PKCS #8 RSA', ['-t', 'rsa', '-m', 'PKCS8', '-N', '']],
  ['PKCS #8 ECDSA, encrypted', ['-t', 'ecdsa', '-b', '384', '-m', 'PKCS8', '-N', passphrase]],
])('%s', (name, words) => {
  test.each(editors)('%s', async (_how, change) => {
    const file = join(folder, name.replace(/\W/g, ''))
    rmSync(file, { force: true })
    const line = make(file, words)
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    const key = await readKeyFile(file, async () => passphrase, true)
    expect(key.publicKey).toBe(line)
    const opened = await key.unlock?.()
    expect(opened?.isPrivateKey()).toBe(true)
  })
})

test('an ed25519 key of openssl is one that ssh-keygen reads in our form, and signs', async () => {
  const file = join(folder, 'openssl')
  make(file, ['openssl', 'genpkey', '-algorithm', 'ed25519'])
  const key = await readKeyFile(file, async () => null, true)
  const own = join(folder, 'own')
  writeFileSync(own, `${withoutPkcs8(keyBlock(readFileSync(file, 'utf8')))}\n`, { mode: 0o600 })
  expect(execFileSync('ssh-keygen', ['-y', '-f', own], { encoding: 'utf8' }).trim()).toBe(key.publicKey)
  const data = Buffer.from('what a server wants signed')
  const opened = await key.unlock?.()
  expect(opened?.verify(data, opened.sign(data))).toBe(true)
})

test('a wrong passphrase of PKCS #8 is asked for again', async () => {
  const file = join(folder, 'again')
  make(file, ['-t', 'rsa', '-m', 'PKCS8', '-N', passphrase])
  const answers = ['wrong', passphrase]
  const asked: boolean[] = []
  const key = await readKeyFile(
    file,
    async (_file, again) => (asked.push(again), answers.shift() ?? null),
    true,
  )
  expect(asked).toEqual([false, true])
  expect((await key.unlock?.())?.type).toBe('ssh-rsa')
})

test.each<[string, string, () => string]>([
  [
    'a key of PuTTY',
    'a key of PuTTY: export it for OpenSSH',
    () => 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n',
  ],
  [
    'a cipher that is not known here',
    'it is encrypted by chacha20-poly1305@openssh.com; “ssh-keygen -p -Z aes256-ctr” changes that',
    () => {
      const file = join(folder, 'chacha')
      make(file, ['-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com', '-N', passphrase])
      return readFileSync(file, 'utf8')
    },
  ],
  [
    'a key of no SSH',
    'a key of type x25519',
    () => {
      const file = join(folder, 'x25519')
      make(file, ['openssl', 'genpkey', '-algorithm', 'x25519'])
      return readFileSync(file, 'utf8')
    },
  ],
])('%s is named, and no person is asked', async (_name, reason, text) => {
  const file = join(folder, 'other')
  writeFileSync(file, text(), { mode: 0o600 })
  const failure = await failureOf(readKeyFile(file, () => Promise.reject(new Error('asked')), true))
  expect(failure).toMatchObject({ kind: 'bad-profile', reason: 'key-unusable' })
  expect(failure.evidence.at(-1)?.value).toBe(reason)
})
