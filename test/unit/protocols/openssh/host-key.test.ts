/** The key inside a host's certificate, and the lines that `ssh` is answered; certificates made by `ssh-keygen`. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isCertificate, knownLines, plainKey } from '../../../../src-main/protocols/openssh/host-key.ts'
import { publicLine } from '../../../../src-main/protocols/ssh/host-keys.ts'

let folder: string
const keygen = (...words: string[]): void => void execFileSync('ssh-keygen', ['-q', ...words])
const blobOf = (file: string): Buffer =>
  Buffer.from(readFileSync(join(folder, file), 'utf8').split(' ')[1] ?? '', 'base64')
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-host-key-'))
  keygen('-t', 'ed25519', '-N', '', '-f', join(folder, 'ca'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['ed25519', '256'],
  ['rsa', '2048'],
  ['ecdsa', '256'],
  ['ecdsa', '521'],
])('of a certificate of type %s (%s bits)', (type, bits) => {
  const name = `${type}-${bits}`
  keygen('-t', type, '-b', bits, '-N', '', '-C', '', '-f', join(folder, name))
  keygen('-s', join(folder, 'ca'), '-I', 'host', '-h', '-n', 'login', join(folder, `${name}.pub`))
  const certificate = blobOf(`${name}-cert.pub`)
  const plain = blobOf(`${name}.pub`)
  expect(plainKey(certificate)).toEqual(plain)
  expect(plainKey(plain)).toEqual(plain)
  expect(isCertificate(publicLine(certificate).split(' ')[0] ?? '')).toBe(true)
  for (const length of [3, 20, 60]) expect(plainKey(certificate.subarray(0, length))).toBeNull()
})

test('a certificate of a kind that is not known has no key', () => {
  const type = Buffer.from('ssh-new-cert-v01@openssh.com')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  expect(plainKey(Buffer.concat([length, type, Buffer.alloc(40)]))).toBeNull()
})

test('everything that is known, under the name that ssh asks for', () => {
  const known = { accepted: ['ssh-ed25519 A'], revoked: ['ssh-rsa B'], authorities: ['ssh-ed25519 C'] }
  expect(knownLines(known, '[login]:2222')).toBe(
    '[login]:2222 ssh-ed25519 A\n@revoked [login]:2222 ssh-rsa B\n@cert-authority [login]:2222 ssh-ed25519 C\n',
  )
})
