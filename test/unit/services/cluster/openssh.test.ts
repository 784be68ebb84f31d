/** When the system's `ssh` signs in, and what of the environment it gets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { OpensshReason } from '../../../../src-main/shared/model/desktop.ts'
import { siteProfileSchema } from '../../../../src-main/shared/model/site-profile.ts'
import {
  opensshInput,
  reasonOfKeys,
  reasonOfSettings,
} from '../../../../src-main/services/cluster/openssh.ts'
import { makeKeyPair } from '../../../site/ssh/index.ts'
import { loadSigner } from '../../../../src-main/services/cluster/key-signer.ts'

const points = (...wants: OpensshReason[][]) => wants.map((one) => ({ label: 'login', wants: one }))

test('the profile decides, else any host on the way', () => {
  const auto = { channel: 'auto' } as const
  expect(reasonOfSettings(auto, { points: points([], []) })).toBeNull()
  expect(reasonOfSettings(auto, { points: points([], ['gssapi']) })).toBe('gssapi')
  expect(reasonOfSettings(auto, { points: points(['certificate'], ['gssapi']) })).toBe('gssapi')
  expect(reasonOfSettings({ channel: 'openssh' }, { points: points([]) })).toBe('profile')
  expect(reasonOfSettings({ channel: 'ssh2' }, { points: points(['gssapi', 'certificate']) })).toBeNull()
  expect(() => reasonOfSettings({ channel: 'ssh2' }, { points: points(['proxy-command']) })).toThrow(
    'proxy-command',
  )
  expect(reasonOfKeys(auto, [{ wants: null }, { wants: 'certificate' }])).toBe('certificate')
  expect(reasonOfKeys({ channel: 'ssh2' }, [{ wants: 'certificate' }])).toBeNull()
})

test('a security key counts where it is named or the only one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-openssh-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const key = join(folder, 'key')
  await makeKeyPair(key)
  const security = join(folder, 'security')
  writeFileSync(security, 'sk-ssh-ed25519@openssh.com AAAA ada\n')
  const wants = async (files: string[], required: boolean) =>
    (await loadSigner({ files, agentSocket: null, only: true, required })).wants
  expect(await wants([key], false)).toBeNull()
  expect(await wants([key, security], false)).toBeNull()
  expect(await wants([security], false)).toBe('security-key')
  expect(await wants([security], true)).toBe('security-key')
})

test('ssh gets the user’s environment without ours', async () => {
  const { ssh } = siteProfileSchema.parse({
    ...{ version: 1, id: 'site', name: 'Site' },
    ssh: { loginHost: { address: 'mycluster' }, nodes: {} },
  })
  const environment = {
    PATH: process.env.PATH,
    KRB5CCNAME: 'FILE:/c',
    VIZLINK_X: '1',
    NODE_OPTIONS: '1',
    ELECTRON_X: '1',
  }
  const input = await opensshInput({ ssh }, '/key', { configurationFiles: ['/c'] }, environment)
  expect(input).toMatchObject({ identityFile: '/key', configurationFiles: ['/c'] })
  expect(Object.keys(input.environment).toSorted()).toEqual(['KRB5CCNAME', 'PATH'])
})
