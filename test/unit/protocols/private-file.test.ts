import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writePrivateFile } from '../../../src-main/protocols/private-file.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-private-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('file and folder are the user’s alone', async () => {
  const file = join(folder, 'new', 'file.json')
  await writePrivateFile(file, 'text')
  expect(readFileSync(file, 'utf8')).toBe('text')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700)
})

test('one that others could read is made private when it is written again', async () => {
  const file = join(folder, 'file.json')
  writeFileSync(file, 'old', { mode: 0o644 })
  await writePrivateFile(file, 'new')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('writers at the same time leave one whole text and nothing else', async () => {
  const file = join(folder, 'file.json')
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000))
  await Promise.all(texts.map((text) => writePrivateFile(file, text)))
  expect(texts).toContain(readFileSync(file, 'utf8'))
  expect(readdirSync(folder)).toEqual(['file.json'])
})
