/** The password of Redis: from a file of the user's alone, of a bounded size. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPassword } from '../../../../src-main/services/sites/read-password.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-password-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('a password file that anybody else may read is not used', async () => {
  const file = join(folder, 'password')
  writeFileSync(file, ' secret \n')
  for (const mode of [0o600, 0o400]) {
    chmodSync(file, mode)
    expect(await readPassword(file)).toBe('secret')
  }
  for (const mode of [0o640, 0o604, 0o660, 0o620, 0o601]) {
    chmodSync(file, mode)
    await expect(readPassword(file), mode.toString(8)).rejects.toThrow('Others may read')
  }
})

test('a file of 5000 bytes is no password', async () => {
  const file = join(folder, 'password')
  writeFileSync(file, 'x'.repeat(5000), { mode: 0o600 })
  await expect(readPassword(file)).rejects.toThrow('too large')
})
