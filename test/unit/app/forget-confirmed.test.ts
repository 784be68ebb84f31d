/** What the user confirmed for a site is forgotten when the page asks: that alone, and nothing of another site. */
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApp } from '../../../src-main/app.ts'
import { createIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { CertificatePins, ConfirmedHostKeys } from '../../../src-main/services/confirmed/index.ts'
import { loadProfile } from '../../../src-main/services/sites/index.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

const origins = ['https://portal.example', 'https://other.example'] as const
const loginHosts = ['login.example', 'login.other.example']
const key = 'ssh-ed25519 AAAA'

test.each([
  ['certificate', { pins: [false, true], keys: [1, 1] }],
  ['host-keys', { pins: [true, true], keys: [0, 1] }],
])('%s', async (what, left) => {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-forget-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'site.json')
  const ssh = { loginHost: { address: loginHosts[0] }, nodes: {} }
  writeFileSync(
    file,
    JSON.stringify({ version: 1, id: 'site', name: 'Site', portal: { origin: `${origins[0]}/` }, ssh }),
  )
  const dataFolder = join(folder, 'data')
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder })
  stack.defer(() => platform.dispose())
  const app = createApp(platform, { profiles: [await loadProfile(file)] })
  stack.defer(() => app.dispose())
  const pins = new CertificatePins(dataFolder)
  const keysOf = (address: string) => new ConfirmedHostKeys(dataFolder, { address, port: 22 })
  const certificate = new X509Certificate((await createIdentity()).certificatePem)
  for (const origin of origins) await pins.set(origin, certificate)
  for (const host of loginHosts) await keysOf(host).remember('n1', key)

  const reply = await app.call({ id: 'page', trusted: true }, 'confirmed.forget', { siteId: 'site', what })
  expect(reply).toEqual({ ok: true, value: null })
  expect(await Promise.all(origins.map(async (one) => (await pins.get(one)) !== null))).toEqual(left.pins)
  const kept = await Promise.all(loginHosts.map(async (one) => (await keysOf(one).of('n1')).length))
  expect(kept).toEqual(left.keys)
})
