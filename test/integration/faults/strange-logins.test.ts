/** The whole path where the user's login shell, start-up files or the SSH server's limits are those of other sites. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { SiteProfileInput } from '../../../src-main/shared/model/site-profile.ts'
import { isOver, startTestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import type { StrangeLogin } from '../../site/ssh/login-shells.ts'

let here: TestSite
afterEach(() => here.dispose())

const title = 'printf "\\033]0;%s\\007" "ada@node1"\n'
const own = 'export SQUEUE_STATES=PENDING SQUEUE_FORMAT=%i SINFO_FORMAT=%n SLURM_TIME_FORMAT=relative\n'
const logins: [string, StrangeLogin][] = [
  ['B01: fish', { shell: 'fish' }],
  ['B01: csh', { shell: 'tcsh', files: { '.cshrc': 'echo "Welcome to the cluster"\n' } }],
  ['B03: a title without a newline', { files: { '.bashrc': title } }],
  [
    'B04: lines, one of them a number',
    { files: { '.bashrc': 'echo "Welcome | to the cluster"\necho 1000\n' } },
  ],
  ['B09: settings of Slurm', { files: { '.bashrc': own } }],
  ['B21: one session', { settings: ['MaxSessions 1'] }],
]

/** How often the SSH servers of the site have said something. */
const said = (words: string): number =>
  ['login', 'node1']
    .map((name) => readFileSync(join(here.site.directory, 'ssh', name, 'sshd.log'), 'utf8'))
    .reduce((sum, log) => sum + log.split(words).length - 1, 0)

test.each(logins)('%s: a picture that stays, and an end', async (_name, login) => {
  here = await startTestSite({ login })
  const attempt = await here.client.connect()
  const { session, access, warnings } = await attempt.streaming()
  expect(access?.route).toBe('node-ssh')
  expect(JSON.stringify(warnings)).not.toContain('hostOwner')
  // The job is looked at every few seconds while the picture comes.
  await new Promise((resolve) => setTimeout(resolve, 6000))
  expect(attempt.snapshot).toMatchObject({ state: 'open', session: { id: session?.id } })
  await attempt.leave('END')
  expect(await here.site.activeJobs()).toEqual([])
})

test.each(logins.slice(0, 5))('%s: likewise at a site without a portal', async (_name, login) => {
  here = await startTestSite({ login })
  const client = await startTestClient(here.site.ready.batchProfile, { dataFolder: join(here.home, 'batch') })
  try {
    const attempt = await client.connect()
    await attempt.streaming()
    await attempt.leave('END')
    expect(await here.site.activeJobs()).toEqual([])
  } finally {
    await client.dispose()
  }
})

test('B07: a start-up file that runs something else: it is named, and what came is shown', async () => {
  here = await startTestSite({ login: { files: { '.bashrc': 'echo "Starting zsh"\nexec zsh -f\n' } } })
  const client = await startTestClient(here.site.ready.batchProfile, { dataFolder: join(here.home, 'batch') })
  try {
    const attempt = await client.connect()
    const { failure } = await attempt.until(isOver)
    expect(failure).toMatchObject({ kind: 'no-commands', reason: 'unheard' })
    expect(failure?.facts.files).toBe('~/.bashrc, ~/.cshrc, ~/.zshenv, ~/.config/fish/config.fish')
    expect(JSON.stringify(failure?.evidence)).toContain('Starting zsh')
  } finally {
    await client.dispose()
  }
})

test.each([
  ['SSH to the node', 'node-ssh', 2],
  ['a step in the job', 'srun', 1],
] as const)('B21: one session, %s: one login at each host', async (_name, route, logins) => {
  here = await startTestSite({ login: { settings: ['MaxSessions 1'] } })
  const profile = JSON.parse(readFileSync(here.site.ready.profile, 'utf8')) as SiteProfileInput
  const file = join(here.site.directory, 'one-session-profile.json')
  writeFileSync(file, JSON.stringify({ ...profile, ssh: { ...profile.ssh, access: [route] } }), {
    mode: 0o600,
  })
  const client = await startTestClient(file, { dataFolder: join(here.home, 'one-session') })
  try {
    const attempt = await client.connect()
    expect((await attempt.streaming()).access?.relay).not.toHaveProperty('whyNoSocket')
    // The job is looked at every few seconds while the picture comes.
    await new Promise((resolve) => setTimeout(resolve, 6000))
    expect(attempt.snapshot).toMatchObject({ state: 'open' })
    await attempt.leave('END')
    expect(said('Accepted publickey')).toBe(logins)
    expect(await here.site.activeJobs()).toEqual([])
  } finally {
    await client.dispose()
  }
})

test('a connection needs two logins and at most eight shells', async () => {
  here = await startTestSite()
  const attempt = await here.client.connect()
  await attempt.streaming()
  await new Promise((resolve) => setTimeout(resolve, 6000))
  expect(said('Accepted publickey')).toBe(2)
  expect(said('Starting session')).toBeLessThanOrEqual(8)
  await attempt.leave('END')
})
