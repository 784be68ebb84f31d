/** Where the native part is looked for: where a variable says, in a package's resources, in the build's folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadNative } from '../../../src-main/protocols/native.ts'

const electron = process as NodeJS.Process & { resourcesPath?: string }
let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-native-'))))
afterEach(() => {
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
  Reflect.deleteProperty(electron, 'resourcesPath')
})

test('what the variable names wins, and its absence is reported', () => {
  vi.stubEnv('VIZLINK_NATIVE', join(folder, 'none.node'))
  const evidence = [{ label: 'looked-at', value: join(folder, 'none.node') }]
  expect(() => loadNative()).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ evidence }) as unknown }),
  )
})

test('a package’s own comes before the build’s', () => {
  vi.stubEnv('VIZLINK_NATIVE', '')
  electron.resourcesPath = folder
  mkdirSync(join(folder, 'native'))
  const path = join(folder, 'native/vizlink_native.node')
  writeFileSync(path, 'no library')
  expect(() => loadNative()).toThrow(path)
})
