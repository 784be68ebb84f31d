/** clang-tidy calls nothing in the C++ sources a fault (`.clang-tidy`). It takes most of a minute. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('clang-tidy finds nothing', { timeout: 900_000 }, () => {
  const cwd = join(import.meta.dirname, '../../native')
  // There is nothing here to read Windows' part with.
  const files = ['core', 'addon', 'relay']
    .flatMap((folder) => globSync(`${folder}/*.cc`, { cwd }))
    .filter((file) => !file.endsWith('_windows.cc'))
  expect(files.length).toBeGreaterThan(12)
  const args = ['-p', 'build', '--quiet', ...files]
  const { status, stdout } = spawnSync('clang-tidy', args, { cwd, encoding: 'utf8', maxBuffer: 1 << 24 })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
