import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser } from '../../../../src-main/shells/browser/index.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-find-browser-'))
  for (const name of ['google-chrome', 'microsoft-edge', 'my-browser', 'chromium']) {
    writeFileSync(join(folder, name), '#!/bin/sh\n')
    chmodSync(join(folder, name), name === 'chromium' ? 0o644 : 0o755)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.runIf(process.platform === 'linux')('finding a browser', () => {
  test('takes the first that can be run', () => {
    expect(findBrowser({ PATH: `/nowhere:${folder}` })).toBe(join(folder, 'google-chrome'))
  })

  test('what the user names counts, by path or by name, and nothing else then', () => {
    expect(findBrowser({ PATH: '', VIZLINK_BROWSER: join(folder, 'my-browser') })).toBe(
      join(folder, 'my-browser'),
    )
    expect(findBrowser({ PATH: folder, VIZLINK_BROWSER: 'my-browser' })).toBe(join(folder, 'my-browser'))
    expect(findBrowser({ PATH: folder, VIZLINK_BROWSER: '/nowhere/browser' })).toBeNull()
  })

  test('none is none; folders relative to wherever we are do not count', () => {
    expect(findBrowser({ PATH: '/nowhere' })).toBeNull()
    expect(findBrowser({})).toBeNull()
    expect(findBrowser({ PATH: '.:relative' })).toBeNull()
  })
})
