/** The C++ sources are laid out as `.clang-format` says. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './support.ts'

test('the layout is that of clang-format', () => {
  const cwd = join(root, 'native')
  const files = ['core', 'addon', 'relay'].flatMap((folder) => globSync(`${folder}/**/*.{cc,h}`, { cwd }))
  expect(files.length).toBeGreaterThan(25)
  const { status, stderr } = spawnSync('clang-format', ['--dry-run', '--Werror', ...files], {
    cwd,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})
