/** Every script describes itself in a checkout where nothing is set up. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..', '..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
/** Its commands describe themselves, by a package from npm. */
const byCommand = 'vizlink'
const ours = Object.entries(scripts).filter(
  ([name, command]) => command.startsWith('node scripts/') && name !== byCommand,
)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-scripts-'))
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true }))

const helpOf = (script: string) =>
  spawnSync(process.execPath, [script, '--help'], { cwd: folder, encoding: 'utf8' })

test.each(ours)('npm run %s -- --help', (_name, command) => {
  const [, script = ''] = command.split(' ')
  const { status, stdout, stderr } = helpOf(script)
  expect(stdout, stderr).toMatch(/^npm (run )?\w+/)
  expect(status).toBe(0)
})

/** Those that are started by their path. */
test.each([
  'scripts/icons.mjs',
  'scripts/write-texts.ts',
  'scripts/write-schema.ts',
  'scripts/write-site-check.ts',
  'scripts/native/build.mjs',
  'scripts/native/windows.mjs',
])('node %s --help', (script) => {
  const { status, stdout, stderr } = helpOf(script)
  expect(stdout, stderr).toMatch(new RegExp(`^node ${script}`))
  expect(status).toBe(0)
})
