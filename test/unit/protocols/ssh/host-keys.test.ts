import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { connectHop, type HopQuestions } from '../../../../src-main/protocols/ssh/connect.ts'
import { fingerprint, judgeHostKey, publicLine } from '../../../../src-main/protocols/ssh/host-keys.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { startScriptedSshServer } from '../../../support/scripted-ssh-server.ts'

/** As `ssh-keygen -t ed25519` wrote it, with what `ssh-keygen -l` says about it. */
const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm'
const knownFingerprint = 'SHA256:r0jjAatH+rPa97KMRB4yEkCq0GlcmkYyacWqmoyiTwI'
const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64')
const other = Buffer.from(blob)
other[other.length - 1] = 0

test('a key is written as OpenSSH writes it', () => {
  expect(publicLine(blob)).toBe(line)
  expect(fingerprint(blob)).toBe(knownFingerprint)
})

describe('a key that a server shows is', () => {
  test.each([
    ['unknown where none is listed', [], 'unknown'],
    ['known when it is listed', [line], 'known'],
    ['known with a comment behind it', [`${line} root@login`], 'known'],
    ['known as one of several', [publicLine(other), line], 'known'],
    ['changed when another is listed', [publicLine(other)], 'changed'],
    ['changed when only its beginning is listed', [line.slice(0, -1)], 'changed'],
    ['changed when the type differs', [line.replace('ssh-ed25519', 'ssh-rsa')], 'changed'],
    ['changed when something unreadable is listed', ['', 'nonsense'], 'changed'],
  ])('%s', (_name, listed, judgement) => {
    expect(judgeHostKey(blob, listed)).toBe(judgement)
  })

  test('never known unless it is the very same key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const shown = Buffer.from(bytes)
        expect(judgeHostKey(shown, [line])).toBe(shown.equals(blob) ? 'known' : 'changed')
      }),
    )
  })
})

describe('a server whose key is not listed', () => {
  test.each<[string, HopQuestions['verifyHostKey'], string]>([
    ['cannot be asked about', () => Promise.reject(new Error('no window')), 'login-unreachable'],
    ['is not confirmed', async () => false, 'host-key-unknown'],
  ])('%s: no login there', async (_what, verifyHostKey, kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'vizlink-host-keys-'))
    const server = await startScriptedSshServer(join(folder, 'key'), (context) => context.accept())
    const target = { label: 'host', address: '127.0.0.1', port: server.port, user: 'ada', hostKeys: [] }
    const questions = {
      verifyHostKey,
      sign: async () => null,
      answerPrompts: async () => null,
      notice: () => undefined,
    }
    const noKeys = { publicKeys: [], unusable: [] }
    try {
      const login = connectHop(target, null, noKeys, questions, {
        race: (_step, work) => work,
        hold: () => undefined,
      })
      expect(await failureOf(login)).toMatchObject({ kind })
      expect(server.tried).toEqual([])
    } finally {
      server.close()
      rmSync(folder, { recursive: true })
    }
  })
})
