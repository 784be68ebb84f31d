/** Two programs of one user that change one file: no line is lost, and a lock that was left behind holds nothing up. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { withFileLock } from '../../../src-main/protocols/file-lock.ts'
import { loadIdentity, pairingsOf } from '../../../src-main/services/host/pairings.ts'
import { SessionMemory } from '../../../src-main/services/sessions/memory.ts'
import { createFileSecretStore } from '../../../src-main/shells/node/file-secrets.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-lock-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const source = (file: string): string =>
  JSON.stringify(new URL(`../../../src-main/${file}`, import.meta.url).href)
/** A program of its own that remembers ten sessions with their hosts. */
const program = (first: number): Promise<number | null> => {
  const script = `
    const { SessionMemory } = await import(${source('services/sessions/memory.ts')})
    const { pairingsOf } = await import(${source('services/host/pairings.ts')})
    const { createFileSecretStore } = await import(${source('shells/node/file-secrets.ts')})
    const memory = new SessionMemory(${JSON.stringify(folder)}, 'demo')
    const pairings = pairingsOf(createFileSecretStore(${JSON.stringify(join(folder, 'secrets'))}), 'demo')
    for (let number = ${first}; number < ${first} + 10; number++) {
      const id = 'ml-ada-' + number
      const known = { port: 47989, imageId: null, createdAt: null, startedAt: null, requestedAt: null, node: null }
      await Promise.all([memory.remember({ id, jobId: String(number), ...known }), pairings.remember(id, id, 'user')])
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
  return new Promise((resolve) => child.on('close', resolve))
}

test('window and command line remember at once, and nothing is lost', async () => {
  expect(await Promise.all([program(0), program(10), program(20)])).toEqual([0, 0, 0])
  const sessions = await new SessionMemory(folder, 'demo').sessions()
  expect(sessions.map(({ jobId }) => Number(jobId)).sort((a, b) => a - b)).toEqual([...Array(30).keys()])
  const pairings = pairingsOf(createFileSecretStore(join(folder, 'secrets')), 'demo')
  for (const { id } of sessions) expect(await pairings.hostCertificate(id)).toBe(id)
  expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.lock'))).toEqual(
    [],
  )
})

test('two first starts at once have one identity', async () => {
  const store = () => createFileSecretStore(join(folder, 'secrets'))
  const [first, second] = await Promise.all([loadIdentity(store()), loadIdentity(store())])
  expect(first).toEqual(second)
  expect(first.uniqueId).not.toBe((await createIdentity()).uniqueId)
})

test.each([
  ['whose process has ended', `999999999 ${hostname()} x\n`, 0],
  ['of another computer, long ago', '1 elsewhere x\n', 11_000],
  ['that was cut off, long ago', '', 11_000],
])('a lock %s is taken over', async (_what, text, ageMs) => {
  const path = join(folder, 'file')
  writeFileSync(`${path}.lock`, text)
  const made = (Date.now() - ageMs) / 1000
  utimesSync(`${path}.lock`, made, made)
  expect(await withFileLock(path, async () => readFileSync(`${path}.lock`, 'utf8'))).toContain(
    `${process.pid} `,
  )
  expect(readdirSync(folder)).toEqual([])
})

test('one that is held is waited for, also after work that fails', async () => {
  const path = join(folder, 'file')
  const done: string[] = []
  const one = (name: string): Promise<void> =>
    withFileLock(path, async () => {
      done.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      done.push(`${name} ends`)
      throw new Error(name)
    }).catch(() => undefined)
  await Promise.all([one('a'), one('b')])
  expect([done[0]?.[0], done[2]?.[0]].sort()).toEqual(['a', 'b'])
  expect(done.map((words) => words.slice(2))).toEqual(['begins', 'ends', 'begins', 'ends'])
})
