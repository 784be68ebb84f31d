/** The browser of the window: what it gets of the environment, and that it ends. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { launchChromium } from '../../../../src-main/shells/browser/chromium.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'
import { isSettled } from '../../../support/fake-clock.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-browser-end-'))))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** A browser that writes down its environment and ends by no signal that can be caught. */
async function launch() {
  const program = join(folder, 'browser')
  const said = join(folder, 'environment')
  writeFileSync(
    program,
    `#!/bin/sh\ntrap '' TERM\nenv >${said}.new && mv ${said}.new ${said}\nwhile :; do sleep 0.1; done\n`,
  )
  chmodSync(program, 0o700)
  vi.stubEnv('VIZLINK_BROWSER', program)
  const window = await launchChromium({
    urlFile: join(folder, 'page.html'),
    width: 1,
    height: 1,
    logger: collectingLogger(),
  })
  await vi.waitUntil(() => existsSync(said), { timeout: 10_000 })
  return { window, environment: () => readFileSync(said, 'utf8') }
}

test('it gets what programs of a desktop need, no secret of the environment, and is killed after three seconds', async () => {
  vi.stubEnv('VIZLINK_TOKEN', 'very-secret')
  vi.stubEnv('SSH_AUTH_SOCK', '/agent')
  const { window, environment } = await launch()
  const profile = /^TMPDIR=(.*)$/m.exec(environment())?.[1] ?? ''
  expect(environment()).toMatch(/^PATH=/m)
  expect(environment()).not.toMatch(/very-secret|SSH_AUTH_SOCK|VIZLINK/)
  expect(existsSync(profile)).toBe(true)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closed = window.close()
  await vi.advanceTimersByTimeAsync(2900)
  expect(await isSettled(closed)).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  vi.useRealTimers()
  await closed
  expect(existsSync(profile)).toBe(false)
})
