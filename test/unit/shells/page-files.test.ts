/** Files of the page: those of its folder and no others. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findPageFile } from '../../../src-main/shells/page-files.ts'

let folder: string
let page: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-page-files-'))
  page = join(folder, 'page')
  mkdirSync(page)
  writeFileSync(join(page, 'index.html'), 'page')
  writeFileSync(join(folder, 'secret.html'), 'secret')
  mkdirSync(join(folder, 'page-beside'))
  writeFileSync(join(folder, 'page-beside/secret.html'), 'secret')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the page itself is found', async () => {
  expect((await findPageFile(page, '/'))?.size).toBe(4)
})

test.each(['../secret.html', '../page-beside/secret.html'])(
  'a link to %s is not followed',
  async (target) => {
    symlinkSync(target, join(page, 'link.html'))
    expect(await findPageFile(page, '/link.html')).toBe(null)
  },
)

test.each([
  '/../secret.html',
  '/%2e%2e/secret.html',
  '/..%2fsecret.html',
  '/.',
  '//',
  '/index.html\0',
  '/none.html',
])('%j is no file of it', async (path) => expect(await findPageFile(page, path)).toBe(null))
