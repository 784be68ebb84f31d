/** Which keys known_hosts has for a host, as ssh-keygen finds them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownKeys } from '../../../../src-main/protocols/ssh/known-hosts.ts'
import { makeKeyPair } from '../../../site/ssh/index.ts'

let folder: string
let key: string
let other: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-known-'))
  key = await makeKeyPair(join(folder, 'a'))
  other = await makeKeyPair(join(folder, 'b'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each<[string, (line: string) => string, string, number, boolean]>([
  ['by name', (line) => `login ${line} comment`, 'login', 22, true],
  ['by one of several names', (line) => `a,login,10.0.0.1\t${line}`, 'login', 22, true],
  ['whatever the case is', (line) => `Login ${line}`, 'lOGIN', 22, true],
  ['with a port', (line) => `[login]:2222 ${line}`, 'login', 2222, true],
  ['at another port', (line) => `[login]:2222 ${line}`, 'login', 22, false],
  ['by a pattern', (line) => `*.example,!bad.example ${line}`, 'login.example', 22, true],
  ['but a negated one', (line) => `*.example,!bad.example ${line}`, 'bad.example', 22, false],
  ['not by a part of the name', (line) => `log ${line}`, 'login', 22, false],
  ['not by a pattern’s dot', (line) => `login.example ${line}`, 'loginXexample', 22, false],
  ['not in a comment', (line) => `#login ${line}`, 'login', 22, false],
])('%s', (_what, lineOf, host, port, known) => {
  const file = join(folder, 'known_hosts')
  writeFileSync(file, `\n${lineOf(key)}\n`)
  expect(knownKeys(readFileSync(file, 'utf8'), host, port).keys).toEqual(known ? [key] : [])
  const named = port === 22 ? host : `[${host}]:${port}`
  let found = ''
  try {
    found = execFileSync('ssh-keygen', ['-F', named, '-f', file], { encoding: 'utf8' })
  } catch {
    // Status 1: it found none.
  }
  expect(found.includes(key.split(' ')[1]!)).toBe(known)
})

test('hashed names, as ssh-keygen -H makes them', () => {
  const file = join(folder, 'hashed')
  writeFileSync(file, `login ${key}\n[login]:2222 ${other}\n`)
  execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
  const text = readFileSync(file, 'utf8')
  expect(text).not.toContain('login')
  expect(knownKeys(text, 'login', 22).keys).toEqual([key])
  expect(knownKeys(text, 'login', 2222).keys).toEqual([other])
  expect(knownKeys(text, 'gate', 22).keys).toEqual([])
})

test('revoked keys and authorities are no keys of the host', () => {
  const text = `@revoked * ${key}\n@cert-authority *.example ${other}\n@new login.example ${key}\n`
  expect(knownKeys(text, 'login.example', 22)).toEqual({ keys: [], revoked: [key], authorities: [other] })
})
