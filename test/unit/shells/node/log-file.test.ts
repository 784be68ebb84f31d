/** The log's file: its user's alone, and bounded. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFileLogger } from '../../../../src-main/shells/node/logger.ts'

let folder: string
let mask: number
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'vizlink-log-')), 'data')
  mask = process.umask(0)
})
afterEach(() => {
  process.umask(mask)
  rmSync(join(folder, '..'), { recursive: true })
})
const file = (): string => join(folder, 'vizlink.log')

test('no other user reads it, whatever the process’s mask is', () => {
  createFileLogger(folder).log('error', 'something')
  expect(readFileSync(file(), 'utf8')).toContain('something')
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('one of more than 4 MiB is put aside at the next start', () => {
  createFileLogger(folder).log('error', 'old')
  truncateSync(file(), 4 * 2 ** 20)
  createFileLogger(folder).log('error', 'still the same file')
  expect(existsSync(`${file()}.old`)).toBe(false)
  createFileLogger(folder).log('error', 'new')
  expect(readFileSync(file(), 'utf8')).toContain('new')
  expect(statSync(file()).size).toBeLessThan(1000)
  expect(statSync(`${file()}.old`).size).toBeGreaterThan(4 * 2 ** 20)
})
