/** Signing with the user's key file: for the key that was offered alone, and for a file that the user alone can read. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseIdentities, usualAgent } from '../../../../src-main/services/cluster/key-agent.ts'
import { loadSigner, selectionOf, signWith } from '../../../../src-main/services/cluster/key-signer.ts'
import { makeKeyPair } from '../../../site/ssh/index.ts'
import { failureOf } from '../../../support/failure-of.ts'

let folder: string
let file: string
let publicKey: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-key-signer-'))
  file = join(folder, 'key')
  publicKey = await makeKeyPair(file)
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what is to be signed by another key is not signed', async () => {
  const signer = await loadSigner(selectionOf(file, ''))
  expect(signer.keys).toEqual([{ publicKey }])
  const data = Buffer.from('what a server wants signed').toString('base64')
  expect(Buffer.from((await signer.sign({ publicKey, data, hash: null })) ?? '', 'base64')).toHaveLength(64)
  const other = await makeKeyPair(join(folder, 'other'))
  expect(await signer.sign({ publicKey: other, data, hash: null })).toBeNull()
})

test.each([0o640, 0o604, 0o610, 0o601])('a key file of mode %o is not used', async (mode) => {
  chmodSync(file, mode)
  expect((await failureOf(loadSigner(selectionOf(file, '')))).kind).toBe('bad-profile')
})

const keygen = (...line: string[]): void => void execFileSync('ssh-keygen', ['-q', ...line])
const toSign = Buffer.from('what a server wants signed').toString('base64')

/** Answers with these passphrases, one after the other; what was asked. */
function asking(...answers: string[]) {
  const asked: [string, boolean][] = []
  const ask = async (path: string, again: boolean): Promise<string | null> => {
    asked.push([path, again])
    return answers.shift() ?? null
  }
  return { ask, asked }
}

test('B16 the passphrase is asked for when the key has to sign, again where it was wrong, and once in a run', async () => {
  keygen('-p', '-N', 'secret', '-f', file)
  const { ask, asked } = asking('wrong', 'secret')
  const signer = await loadSigner(selectionOf(file, ''), ask)
  expect([signer.keys, asked]).toEqual([[{ publicKey }], []])
  expect(await signer.sign({ publicKey, data: toSign, hash: null })).toMatch(/=$/)
  expect(asked).toEqual([
    [file, false],
    [file, true],
  ])
  const next = await loadSigner(selectionOf(file, ''), ask)
  expect(await next.sign({ publicKey, data: toSign, hash: null })).toMatch(/=$/)
  expect(asked).toHaveLength(2)
})

test('B16 who has no passphrase is asked once, and the key is not used', async () => {
  keygen('-p', '-N', 'secret', '-f', file)
  const { ask, asked } = asking()
  const signer = await loadSigner(selectionOf(file, ''), ask)
  expect(await signer.sign({ publicKey, data: toSign, hash: null })).toBeNull()
  expect(await signer.sign({ publicKey, data: toSign, hash: null })).toBeNull()
  expect(asked).toHaveLength(1)
})

test('B16 an encrypted file of the old format, without its public half, is asked for at once', async () => {
  const old = join(folder, 'old')
  keygen('-t', 'rsa', '-m', 'PEM', '-N', 'secret', '-f', old)
  rmSync(`${old}.pub`)
  const { ask, asked } = asking('secret')
  const signer = await loadSigner(selectionOf(old, ''), ask)
  expect(signer.keys).toMatchObject([{ publicKey: expect.stringMatching(/^ssh-rsa /) as string }])
  expect(asked).toHaveLength(1)
  // One that is only looked for asks nothing.
  const other = await loadSigner({ files: [old], agentSocket: null, only: false, required: false }, ask)
  expect(other).toMatchObject({ keys: [], unusable: [expect.stringContaining('it is encrypted') as string] })
  expect(asked).toHaveLength(1)
})

test('B25 a security key and a certificate in files are named', async () => {
  const blob = (...parts: string[]): Buffer =>
    Buffer.concat(
      parts.map((part) => {
        const length = Buffer.alloc(4)
        length.writeUInt32BE(part.length)
        return Buffer.concat([length, Buffer.from(part, 'latin1')])
      }),
    )
  const type = 'sk-ssh-ed25519@openssh.com'
  const security = join(folder, 'id_ed25519_sk.pub')
  writeFileSync(security, `${type} ${blob(type, 'x'.repeat(32), 'ssh:').toString('base64')} ada`)
  keygen('-s', file, '-I', 'ada', `${file}.pub`)
  const files = [security, file]
  const signer = await loadSigner({ files, agentSocket: null, only: false, required: false })
  expect(signer.keys).toEqual([{ publicKey }])
  expect(signer.unusable).toEqual([`${type} ${security}`, `ssh-ed25519-cert-v01@openssh.com ${file}`])
})

test('a key file that cannot be read is named with the reason', async () => {
  // Readable by its mode, and not by its system: as on a file server that does not trust this computer.
  const unreadable = '/proc/self/mem'
  const failure = await failureOf(loadSigner(selectionOf(unreadable, '')))
  expect(failure).toMatchObject({ kind: 'bad-profile', reason: 'key-unusable' })
  expect(failure.evidence).toContainEqual({ label: 'file', value: unreadable })
})

test('a file that cannot be used is no failure where others may be; it is named', async () => {
  const open = join(folder, 'open')
  await makeKeyPair(open)
  chmodSync(open, 0o644)
  const files = [join(folder, 'missing'), open, file]
  const signer = await loadSigner({ files, agentSocket: null, only: false, required: false })
  expect(signer.keys).toEqual([{ publicKey }])
  expect(signer.unusable).toEqual([`${open} (others may read it)`])
})

test('several signers sign each with its own keys', async () => {
  const other = join(folder, 'other')
  const otherKey = await makeKeyPair(other)
  const signers = await Promise.all([file, other].map((path) => loadSigner(selectionOf(path, ''))))
  const signatures = await Promise.all(
    [publicKey, otherKey].map((key) => signWith(signers)({ publicKey: key, data: toSign, hash: null })),
  )
  expect(new Set(signatures).size).toBe(2)
  expect(signatures).not.toContain(null)
  expect(await signWith(signers)({ publicKey: 'ssh-ed25519 AAAA', data: toSign, hash: null })).toBeNull()
})

test('an answer of an agent that is cut off, or lies about lengths, names the keys before', () => {
  const whole = Buffer.from('000000000c000000020000000241420000000163ffffffff', 'hex')
  expect(parseIdentities(whole)).toEqual([{ blob: Buffer.from('AB'), comment: 'c' }])
  for (let end = 0; end < whole.length; end++)
    expect(parseIdentities(whole.subarray(0, end)).length).toBeLessThanOrEqual(1)
})

test('the agent that no configuration names is the environment’s, and on Windows the system’s', () => {
  const pipe = String.raw`\\.\pipe\openssh-ssh-agent`
  expect(usualAgent({ SSH_AUTH_SOCK: '/run/agent' }, 'win32')).toBe('/run/agent')
  expect(usualAgent({}, 'win32')).toBe(pipe)
  expect(usualAgent({}, 'linux')).toBe('')
})
