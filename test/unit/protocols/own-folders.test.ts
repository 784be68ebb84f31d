import { spawnSync } from 'node:child_process'
import {
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  homeFolder,
  isOwnFolder,
  makeOwnFolder,
  sweepOwnFolders,
} from '../../../src-main/protocols/own-folders.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-own-'))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const gone = spawnSync('true').pid

test('folders of processes that are gone are removed, with all that is in them; nothing else is', async () => {
  const own = basename(await makeOwnFolder('browser'))
  for (const purpose of ['browser', 'sign-in', 'link']) {
    const stale = join(folder, `vizlink-${purpose}-${gone}-Ab12cD`)
    mkdirSync(join(stale, 'deep'), { recursive: true })
    writeFileSync(join(stale, 'deep', 'file'), '')
    copyFileSync(join(folder, own, '.numbered-by'), join(stale, '.numbered-by'))
  }
  const kept = [`vizlink-site-${gone}-Ab12cD`, `my-vizlink-browser-${gone}-Ab12cD`, 'vizlink-browser-old']
  for (const name of kept) mkdirSync(join(folder, name))
  // Another container's process of that number may run, and one that makes its folder just now has not said so yet.
  const elsewhere = [`vizlink-link-${gone}-elsewh`, `vizlink-link-${gone}-making`]
  for (const name of elsewhere) mkdirSync(join(folder, name))
  writeFileSync(join(folder, elsewhere[0]!, '.numbered-by'), 'pid:[4026531999]')
  kept.push(...elsewhere)
  const link = `vizlink-browser-${gone}-li12nk`
  symlinkSync(join(folder, 'vizlink-browser-old'), join(folder, link))
  if (process.getuid?.() === 0) {
    const theirs = `vizlink-browser-${gone}-their1`
    mkdirSync(join(folder, theirs))
    copyFileSync(join(folder, own, '.numbered-by'), join(folder, theirs, '.numbered-by'))
    chownSync(join(folder, theirs), 64_123, 64_123)
    kept.push(theirs)
  }
  await sweepOwnFolders()
  expect(readdirSync(folder).sort()).toEqual([own, link, ...kept].sort())
})

test('only such a folder is taken for one', async () => {
  expect(isOwnFolder(await makeOwnFolder('sign-in'))).toBe(true)
  for (const path of ['/', '/home/ada', '/tmp/vizlink-browser-1-abcdef/deep', '']) {
    expect(isOwnFolder(path)).toBe(false)
  }
})

test.each([
  ['as HOME says', '/home/가시화 팀', '/home/가시화 팀'],
  ['of an empty HOME as the system knows it', '', userInfo().homedir],
])('the home folder is %s', (_what, home, expected) => {
  vi.stubEnv('HOME', home)
  expect(homeFolder()).toBe(expected)
})
