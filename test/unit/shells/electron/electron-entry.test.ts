/** The Electron entry with everything of Electron's in the test's hands: which sites the app is made of. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AppSurface } from '../../../../src-main/ports/app-surface.ts'
import type { SecretStore } from '../../../../src-main/ports/platform.ts'
import { createNodePlatform, type NodePlatform } from '../../../../src-main/shells/node/index.ts'
import type { SiteProfileInput } from '../../../../src-main/shared/model/site-profile.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'
import { english } from '../../../support/english.ts'

let folder: string
let platform: NodePlatform
const usual = process.argv
beforeEach(() => {
  vi.resetModules()
  folder = mkdtempSync(join(tmpdir(), 'vizlink-electron-entry-'))
  platform = createNodePlatform({ logger: collectingLogger(), dataFolder: join(folder, 'vizlink') })
  vi.stubEnv('XDG_DATA_HOME', folder)
})
afterEach(async () => {
  process.argv = usual
  vi.unstubAllEnvs()
  await platform.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** The app makes its identity as it likes: not in our folder, which may be gone by then. */
const noSecrets: SecretStore = {
  persistent: false,
  get: () => Promise.resolve(null),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(),
}

/** Writes a profile into the test's folder. */
function profile(path: string, id: string): string {
  const content: SiteProfileInput = {
    version: 1,
    id,
    name: id,
    portal: { origin: 'https://portal.example' },
    ssh: { loginHost: { address: 'login.example' }, nodes: {} },
  }
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, JSON.stringify(content))
  return file
}

/** Runs the entry; gives the ids of the sites that its window shows. */
async function sitesWith(...given: string[]): Promise<string[]> {
  process.argv = ['/opt/vizlink/vizlink', ...given]
  const opened = Promise.withResolvers<AppSurface>()
  vi.doMock('electron', () => ({ app: { exit: (code: number) => opened.reject(new Error(`exit ${code}`)) } }))
  vi.doMock('../../../../src-main/shells/electron/index.ts', () => ({
    prepareElectron: () => ({ withoutSandbox: false, compiledCode: null }),
    createElectronPlatform: () => Promise.resolve({ ...platform, secrets: noSecrets }),
    whenElectronIsReady: () => Promise.resolve(platform.logger),
    openWindow: async (startApp: () => Promise<AppSurface>) => opened.resolve(await startApp()),
    showStartFailure: () => Promise.resolve(),
  }))
  await import('../../../../src-main/index.ts')
  const app = await opened.promise
  const reply = await app.call({ id: 'test', trusted: true }, 'app.info', null)
  await app.dispose()
  if (!reply.ok) throw new Error(english(reply.failure).message)
  return (reply.value as { sites: { id: string }[] }).sites.map(({ id }) => id)
}

test('the site that --site names', async () => {
  const file = profile('one.json', 'one')
  profile('vizlink/sites/two.json', 'two')
  expect(await sitesWith('--site', file)).toEqual(['one'])
})

test('without one those in the documented folder', async () => {
  profile('vizlink/sites/two.json', 'two')
  expect(await sitesWith()).toEqual(['two'])
})

test('one that cannot be used ends the program, with the reason', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await expect(sitesWith('--site', join(folder, 'none.json'))).rejects.toThrow('exit 1')
  expect(said.mock.calls.join('')).toContain('none.json')
  said.mockRestore()
})
