/** Host keys and certificates that the user confirmed: files of his alone, each for one name, never read wrongly. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createIdentity } from '../../../../src-main/protocols/gamestream/identity.ts'
import { CertificatePins } from '../../../../src-main/services/confirmed/certificates.ts'
import { ConfirmedHostKeys } from '../../../../src-main/services/confirmed/host-keys.ts'
import { failureOf } from '../../../support/failure-of.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-confirmed-'))))
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const key = 'ssh-ed25519 AAAA'
const keys = (): ConfirmedHostKeys => new ConfirmedHostKeys(folder, { address: 'login.example', port: 22 })
/** The one file below the folder. */
function fileIn(below: string): string {
  const name = readdirSync(below, { recursive: true, encoding: 'utf8' }).find((one) => one.endsWith('.json'))
  return join(below, name ?? '')
}

test('a key is kept in a file of the user’s alone, whatever the process’s mask is', async () => {
  const before = process.umask(0)
  try {
    await keys().remember('n1', key)
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600)
    expect(await keys().of('n1')).toEqual([key])
    expect(await keys().of('n2')).toEqual([])
  } finally {
    process.umask(before)
  }
})

test('a file that was put in another host’s place is refused', async () => {
  await keys().remember('n1', key)
  const file = fileIn(folder)
  const kept = join(folder, 'kept')
  renameSync(file, kept)
  await keys().remember('n2', key)
  renameSync(kept, fileIn(folder))
  expect((await failureOf(keys().of('n2'))).kind).toBe('host-key-unknown')
})

test.each(['', '{', '{"version":1}'])(
  'a file that holds %j is refused, and not taken for none',
  async (text) => {
    await keys().remember('n1', key)
    writeFileSync(fileIn(folder), text)
    expect((await failureOf(keys().of('n1'))).kind).toBe('host-key-unknown')
  },
)

test('what cannot be read is refused, and not taken for none', async () => {
  await keys().remember('n1', key)
  const file = fileIn(folder)
  rmSync(file)
  mkdirSync(file)
  chmodSync(file, 0o700)
  expect((await failureOf(keys().of('n1'))).kind).toBe('host-key-unknown')
})

test('a portal’s certificate: of this portal, and readable, or refused', async () => {
  const pins = new CertificatePins(folder)
  const { certificatePem } = await createIdentity()
  const certificate = new X509Certificate(certificatePem)
  await pins.set('https://one.example', certificate)
  expect((await pins.get('https://one.example'))?.fingerprint).toBe(certificate.fingerprint256)
  const file = fileIn(folder)
  const kept = join(folder, 'kept')
  renameSync(file, kept)
  await pins.set('https://two.example', certificate)
  const other = fileIn(folder)
  renameSync(kept, other)
  expect((await failureOf(pins.get('https://two.example'))).kind).toBe('untrusted-certificate')
  writeFileSync(other, 'damaged')
  expect((await failureOf(pins.get('https://two.example'))).kind).toBe('untrusted-certificate')
})
