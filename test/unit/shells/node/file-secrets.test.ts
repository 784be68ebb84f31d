import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFileSecretStore } from '../../../../src-main/shells/node/file-secrets.ts'

let folder: string
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'vizlink-test-')), 'secrets')))
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

test('another run reads what was kept; only the user may', async () => {
  const name = 'host-pairings/../../site'
  await createFileSecretStore(folder).set(name, 'first')
  await createFileSecretStore(folder).set(name, 'second')
  expect(await createFileSecretStore(folder).get(name)).toBe('second')
  const files = readdirSync(folder)
  expect(files).toHaveLength(1)
  expect(readdirSync(join(folder, '..'))).toEqual(['secrets'])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, files[0] ?? '')).mode & 0o777).toBe(0o600)
})

test('what is not there is null, and can be deleted', async () => {
  const store = createFileSecretStore(folder)
  expect(await store.get('nothing')).toBeNull()
  await store.delete('nothing')
  await store.set('something', 'x')
  await store.delete('something')
  expect([await store.get('something'), readdirSync(folder)]).toEqual([null, []])
})

test('a store that cannot be read fails instead of forgetting', async () => {
  const store = createFileSecretStore(folder)
  await store.set('name', 'x')
  const [file] = readdirSync(folder)
  rmSync(join(folder, file ?? ''))
  // A folder in the place of the file, which no permission of root can read.
  await createFileSecretStore(join(folder, file ?? '')).set('other', 'y')
  await expect(store.get('name')).rejects.toThrow(/EISDIR/)
})
