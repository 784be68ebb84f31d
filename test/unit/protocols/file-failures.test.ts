/** Refusals of the computer, with the place that they are about. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileFailure, writingTo } from '../../../src-main/protocols/file-failures.ts'
import { writePrivateFile } from '../../../src-main/protocols/private-file.ts'
import { failureOf } from '../../support/failure-of.ts'

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'not-writable'],
  ['EACCES', 'not-writable'],
  ['EPERM', 'not-writable'],
])('B41: %s', (code, reason) => {
  const cause = Object.assign(new Error(`${code}: write`), { code })
  expect(fileFailure(cause, '/data/x')).toMatchObject({
    failure: {
      kind: 'internal',
      reason,
      facts: { path: '/data/x' },
      evidence: [{ label: 'error', value: `${code}: write` }],
    },
  })
})

test('anything else stays what it is', async () => {
  const other = Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
  await expect(writingTo('/data/x', () => Promise.reject(other))).rejects.toBe(other)
  expect(await writingTo('/data/x', async () => 7)).toBe(7)
})

test('B41: a file in the place of a folder, and a folder in the place of a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-places-'))
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'folder'))
  for (const path of [join(folder, 'file', 'secret'), join(folder, 'folder')]) {
    expect(await failureOf(writePrivateFile(path, 'text'))).toMatchObject({
      reason: 'not-writable',
      facts: { path },
    })
  }
  rmSync(folder, { recursive: true })
})
