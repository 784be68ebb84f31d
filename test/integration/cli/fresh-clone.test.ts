/** `npm run vizlink` where nothing is built yet, and what it adds to a command where everything is: nothing. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  makeFreshClone,
  commandWithoutHost,
  npmRun,
  project,
  type FreshClone,
} from '../../support/fresh-clone.ts'
import { start } from '../../support/running-program.ts'

let clone: FreshClone
beforeAll(() => {
  clone = makeFreshClone()
})
afterAll(() => clone.dispose())

test('without a compiler that works: it says what failed, and starts nothing', async () => {
  const path = join(clone.folder, 'bin')
  mkdirSync(path)
  writeFileSync(join(path, 'cmake'), '#!/bin/sh\necho "no space left on device"; exit 1\n', { mode: 0o755 })
  const { code, stdout, stderr } = await npmRun(clone.path, commandWithoutHost, { path })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^cmake .* failed:\n[^]*no space left on device/m)
  expect(stderr).not.toContain('unexpectedly')
})

test('the site check’s status for that is its own', async () => {
  const { code } = await npmRun(clone.path, ['check', '--site', 'none.json'], {
    path: join(clone.folder, 'bin'),
  })
  expect(code).toBe(2)
})

test('what only speaks sets nothing up', async () => {
  const { code, stdout, stderr } = await npmRun(clone.path, ['connect', '--help'], {
    path: join(clone.folder, 'bin'),
  })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('--token-stdin')
})

test('the program alone, where the addon is missing: it says so before it connects', async () => {
  const missing = join(clone.folder, 'nothing.node')
  const run = start('src-main/cli.ts', commandWithoutHost, clone.folder, { VIZLINK_NATIVE: missing })
  const { code, stderr } = await run.result
  expect(code).toBe(1)
  expect(stderr).toMatch(/^A part of Vizlink is missing on this computer: its native addon\. /)
  expect(stderr).toContain(missing)
})

test('where all is up to date: arguments, input, both outputs and status are the command’s own', async () => {
  const refused = await npmRun(project, commandWithoutHost)
  expect(refused.code, refused.stderr).toBe(1)
  expect(refused.stdout).toMatch(/^\{"ok":false,.*\}\n$/)
  expect(refused.stderr).not.toContain('Setting up')
  const wrong = await npmRun(project, ['sessions'])
  expect([wrong.code, wrong.stdout]).toEqual([2, ''])
  expect(wrong.stderr).toMatch(/^error: required option '--site <file>'/)
  const profile = join(clone.folder, 'site.json')
  const ssh = { user: 'ada', loginHost: { address: '127.0.0.1:9' }, nodes: {} }
  const portal = { origin: 'https://127.0.0.1:9', user: 'ada' }
  writeFileSync(profile, JSON.stringify({ version: 1, id: 'none', name: 'None', portal, ssh }))
  const signIn = ['sessions', '--site', profile, '--token-stdin']
  expect((await npmRun(project, signIn)).stderr).toMatch(/^There is no token on standard input\./)
  expect((await npmRun(project, signIn, { input: 'a-token' })).stderr).toMatch(
    /^The portal cannot be reached\./,
  )
})
