/** The command line at a portal with single sign-on: a token on standard input, or a clear refusal; never in arguments. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConfirmedHostKeys } from '../../../src-main/services/confirmed/host-keys.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import { startSite } from '../../site/index.ts'
import { freePorts } from '../../site/support/ports.ts'
import type { Site } from '../../site/types.ts'
import { signInClient, type SignInClient } from '../../support/sign-in-client.ts'

const program = join(import.meta.dirname, '../../../src-main/cli.ts')
let site: Site
let folder: string
let owner: SignInClient
let token: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-cli-test-'))
  site = await startSite({ desktop: 'plain', nodes: 1, signIn: 'saml' })
  owner = signInClient({
    loaded: await loadProfile(site.ready.profile),
    dataFolder: folder,
    handOffPort: (await freePorts(1))[0] ?? 0,
    browserUser: 'alice',
    caFile: site.ready.caFile,
  })
  await owner.signIn()
  token = await owner.auth.token()
})
afterAll(async () => {
  await owner.dispose()
  await site.dispose()
  rmSync(folder, { recursive: true })
})

function run(
  words: string[],
  input: string,
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: folder, HOME: folder, XDG_DATA_HOME: folder },
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (part) => (output += String(part)))
  child.stderr.on('data', (part) => (errors += String(part)))
  child.stdin.on('error', () => undefined).end(input)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })))
}

test('a token on standard input signs in, and stays good for the next run', async () => {
  for (let times = 0; times < 2; times++) {
    const { code, output, errors } = await run(
      ['sessions', '--site', site.ready.profile, '--token-stdin', '--json'],
      `${token}\n`,
    )
    expect([code, output, errors]).toEqual([0, '[]\n', ''])
  }
})

test('without one no user can sign in: the way is named, and it does not wait', async () => {
  const { code, errors } = await run(['sessions', '--site', site.ready.profile], '')
  expect(code).toBe(1)
  expect(errors).toContain('--token-stdin')
})

test.each([
  ['none', '', 'no token on standard input'],
  ['junk', 'not-a-token-of-the-portal', 'does not accept this token'],
  ['far too much', 'a'.repeat(100_000), 'no token on standard input'],
])('%s on standard input', async (_what, input, words) => {
  const { code, errors } = await run(['sessions', '--site', site.ready.profile, '--token-stdin'], input)
  expect(code).toBe(1)
  expect(errors).toContain(words)
  expect(errors).not.toContain('not-a-token-of')
})

test('a certificate is forgotten, or there was none', async () => {
  const { code, errors } = await run(['forget-certificate', '--site', site.ready.profile], '')
  expect([code, errors]).toEqual([0, `There was none for ${site.ready.portal}.\n`])
})

test('host keys are forgotten, or there were none', async () => {
  const { profile } = await loadProfile(site.ready.profile)
  const keys = new ConfirmedHostKeys(join(folder, 'vizlink'), profile.ssh.loginHost)
  await keys.remember('node1', 'ssh-ed25519 AAAA')
  const forget = () => run(['forget-host-keys', '--site', site.ready.profile], '')
  expect((await forget()).errors).toBe(
    'The host keys of 127.0.0.1 and of the nodes behind it are forgotten.\n',
  )
  expect(await keys.of('node1')).toEqual([])
  const { code, errors } = await forget()
  expect([code, errors]).toEqual([0, 'There were none for 127.0.0.1.\n'])
})
