/** What a start does beside a window: print, hand over what it is for, fail in words. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { version } from '../../../src-main/version.ts'
import { startDesktopUser } from '../../electron/support/desktop-user.ts'
import type { RunningApp } from '../../electron/support/running-app.ts'
import { noElectron, startStage, type Stage } from '../../electron/support/stage.ts'

describe.skipIf(noElectron)('starts in a real Electron', () => {
  let stage: Stage
  let app: RunningApp
  beforeAll(async () => {
    stage = await startStage()
    app = await stage.start()
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  const start = (...args: string[]) =>
    spawnSync(stage.user.program, args, {
      cwd: stage.user.home,
      env: stage.user.environment,
      encoding: 'utf8',
      timeout: 60_000,
    })
  /** Another site's profile in the user's folder. */
  const other = (name: string, change: object): string => {
    const file = join(stage.user.home, `${name}.json`)
    const profile = JSON.parse(readFileSync(join(stage.user.home, 'site.json'), 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...profile, ...change }), { mode: 0o600 })
    stage.user.give(file)
    return file
  }

  test('--version and --help print, and open no window', async () => {
    expect(start('--version')).toMatchObject({ status: 0, stdout: `${version}\n` })
    expect(start('--help').stdout).toMatch(/^Usage: vizlink/)
    expect(app.application.windows()).toHaveLength(1)
  })

  test('a second start with another site shows it in the window that is there', async () => {
    other('other', { id: 'other', name: 'Another cluster' })
    expect(start('other.json').status).toBe(0)
    await app.page.getByRole('heading', { name: /Another cluster/ }).waitFor()
    expect(await app.page.getByRole('combobox', { name: 'Site' }).inputValue()).toBe('other')
    // Once more: it is there already.
    expect(start('--site', 'other.json').status).toBe(0)
    await app.page.getByRole('heading', { name: /Another cluster/ }).waitFor()
  })

  test('one that cannot be used is said in a dialog of the window', async () => {
    writeFileSync(join(stage.user.home, 'broken.json'), '{"version": 1')
    await app.catchDialogs()
    expect(start('broken.json').status).toBe(0)
    const [said] = await vi.waitUntil(
      async () => {
        const dialogs = await app.dialogs()
        return dialogs.length > 0 ? dialogs : null
      },
      { timeout: 30_000, message: 'a dialog' },
    )
    expect(said).toContain('The site could not be opened.')
    expect(said).toContain('broken.json')
  })
})

describe.skipIf(noElectron)('a start that fails in a real Electron', () => {
  test.each([
    ['--site', 'broken.json'],
    ['--no-sandbox', 'without its sandbox'],
  ])('%s: says why in a dialog, on standard error and in its exit status', async (option, why) => {
    await using user = await startDesktopUser(inject('electronFolder') ?? '')
    const file = join(user.home, 'broken.json')
    writeFileSync(file, '{"version": 1')
    user.give(file)
    const child = spawn(user.program, [option, file], {
      ...{ cwd: user.home, env: user.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    const tool = (...words: string[]): string =>
      spawnSync('xdotool', words, { env: user.environment, encoding: 'utf8', timeout: 10_000 }).stdout.trim()
    const dialog = await vi.waitUntil(
      () => tool('search', '--onlyvisible', '--name', 'Vizlink could not start').split('\n')[0],
      { timeout: 30_000, message: 'the dialog' },
    )
    tool('windowfocus', dialog)
    tool('key', 'Return')
    expect(await ended).toBe(1)
    expect(said).toContain('Vizlink could not start.')
    expect(said).toContain(why)
  })
})
