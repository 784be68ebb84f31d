/** The platform on plain Node.js: its folder and how it opens addresses. */
import { mkdtempSync, readFileSync, rmSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createNodePlatform, type NodePlatform } from '../../../../src-main/shells/node/index.ts'
import { eventually } from '../../../support/eventually.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

let folder: string
let platform: NodePlatform
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-platform-test-'))
  platform = createNodePlatform({ logger: collectingLogger(), dataFolder: join(folder, 'a', 'data') })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await platform.dispose()
  rmSync(folder, { recursive: true, force: true })
})

test('the data folder is the user’s alone', () => {
  expect(statSync(join(folder, 'a', 'data')).mode & 0o777).toBe(0o700)
})

test('without another it lies where the desktop keeps data; a relative place is none', async () => {
  vi.stubEnv('XDG_DATA_HOME', folder)
  const usual = createNodePlatform({ logger: collectingLogger() })
  expect(usual.dataFolder).toBe(join(folder, 'vizlink'))
  await usual.dispose()
  vi.stubEnv('XDG_DATA_HOME', 'relative')
  vi.stubEnv('HOME', folder)
  const home = createNodePlatform({ logger: collectingLogger() })
  expect(home.dataFolder).toBe(join(folder, '.local', 'share', 'vizlink'))
  await home.dispose()
})

/** Programs are found in `folder` alone: what is opened is written down. */
function watchOpening(): string {
  const seen = join(folder, 'opened')
  writeFileSync(
    join(folder, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > '${seen}.part'\n/bin/mv '${seen}.part' '${seen}'\n`,
    {
      mode: 0o755,
    },
  )
  vi.stubEnv('PATH', folder)
  return seen
}

test
  .runIf(process.platform === 'linux')
  .each(['https://portal.example/auth/saml/login?x=1&y=2#z', 'https://portal.example/$(touch%20x);`id`'])(
  '%s is opened as one argument',
  async (url) => {
    const seen = watchOpening()
    await platform.openExternal(url)
    const text = await eventually('it is opened', () => {
      try {
        return readFileSync(seen, 'utf8')
      } catch {
        return null
      }
    })
    expect(text).toBe(`1\n${new URL(url).href}\n`)
  },
)

test.each([
  'http://portal.example/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'ssh://host',
  '--help',
  'portal.example',
  '',
])('%j is not opened', async (url) => {
  const seen = watchOpening()
  expect((await failureOf(platform.openExternal(url))).kind).toBe('forbidden')
  expect(() => statSync(seen)).toThrow('ENOENT')
})

test('plain http is opened where the caller vouches for its origin, and there only', async () => {
  const seen = watchOpening()
  for (const origin of ['http://other.example', 'http://portal.example:8080', 'portal.example'])
    expect((await failureOf(platform.openExternal('http://portal.example/x', origin))).kind).toBe('forbidden')
  expect((await failureOf(platform.openExternal('file:///x', 'null'))).kind).toBe('forbidden')
  expect(() => statSync(seen)).toThrow('ENOENT')
  if (process.platform !== 'linux') return
  await platform.openExternal('http://portal.example/x', 'http://portal.example')
  await eventually('it is opened', () => (existsSync(seen) ? true : null))
})

test('no program to open it is said', async () => {
  vi.stubEnv('PATH', folder)
  expect(await failureOf(platform.openExternal('https://portal.example/x?token=y'))).toMatchObject({
    kind: 'internal',
    reason: 'browser-not-opened',
    facts: { address: 'https://portal.example' },
  })
})
