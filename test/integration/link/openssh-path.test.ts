/** The whole path, from a click to the picture and the end, over the system's `ssh`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { SiteProfileInput } from '../../../src-main/shared/model/site-profile.ts'
import { startTestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
afterEach(() => here.dispose())

test.each([
  ['SSH to the node', 'node-ssh', undefined],
  ['a step in the job', 'srun', undefined],
  ['a server that allows one session', 'node-ssh', { settings: ['MaxSessions 1'] }],
] as const)('%s', async (_name, route, login) => {
  here = await startTestSite(login ? { login: { settings: [...login.settings] } } : {})
  const profile = JSON.parse(readFileSync(here.site.ready.profile, 'utf8')) as SiteProfileInput
  const file = join(here.site.directory, 'openssh-profile.json')
  const ssh = { ...profile.ssh, channel: 'openssh', access: [route] }
  writeFileSync(file, JSON.stringify({ ...profile, ssh }), { mode: 0o600 })
  const client = await startTestClient(file, { dataFolder: join(here.home, 'openssh') })
  try {
    const attempt = await client.connect()
    expect((await attempt.streaming()).access).toMatchObject({ route, openssh: 'profile' })
    await attempt.leave('END')
    const log = readFileSync(join(here.site.directory, 'ssh', 'login', 'sshd.log'), 'utf8')
    expect(log.split('Accepted publickey')).toHaveLength(2)
    expect(await here.site.activeJobs()).toEqual([])
  } finally {
    await client.dispose()
  }
})
