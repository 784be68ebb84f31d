/** What the page learns of the sites that it offers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createApp, type AppOptions } from '../../../src-main/app.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import type { CallOutput } from '../../../src-main/shared/contract.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { english } from '../../support/english.ts'

afterEach(() => vi.unstubAllEnvs())

async function infoOf(
  profile: object,
  unusable: AppOptions['unusable'] = [],
): Promise<CallOutput<'app.info'>> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-summary-test-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'site.json')
  writeFileSync(file, JSON.stringify({ version: 1, id: 'site', name: 'Site', ...profile }))
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: join(folder, 'data') })
  stack.defer(() => platform.dispose())
  const app = createApp(platform, { profiles: [await loadProfile(file)], unusable })
  stack.defer(() => app.dispose())
  const reply = await app.call({ id: 'test', trusted: true }, 'app.info', null)
  if (!reply.ok) throw new Error(english(reply.failure).message)
  return reply.value as CallOutput<'app.info'>
}

const ssh = { loginHost: { address: 'login.example' }, nodes: {} }
const portal = { origin: 'https://portal.example' }

test.each([
  ['the profile’s', { ssh: { user: 'lovelace', ...ssh } }, 'lovelace'],
  ['the profile’s beside a portal', { portal, ssh: { user: 'lovelace', ...ssh } }, 'lovelace'],
  ['this computer’s, as with ssh, where there is no portal', { ssh }, 'laptop'],
  ['not known before somebody signs in', { portal, ssh }, null],
])('the SSH user: %s', async (_who, profile, expected) => {
  vi.stubEnv('USER', 'laptop')
  expect((await infoOf(profile)).sites[0]?.sshUser).toBe(expected)
})

test('profiles that are there and cannot be used', async () => {
  const one = { file: '/etc/vizlink/sites/b.json', reason: 'it is no JSON: line 3' }
  expect((await infoOf({ ssh }, [one])).unusableProfiles).toEqual([one])
  expect((await infoOf({ ssh })).unusableProfiles).toBeUndefined()
})
