/** What an SSH server says, and how it ends a login: each reaches the user as a failure of its own, with the server's words. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { makeKeyPair, startSshServer, type SshServer, type SshServerOptions } from '../../site/ssh/index.ts'
import { failureOf } from '../../support/failure-of.ts'
import { opensshInput } from './openssh-input.ts'
import { startLink, type RunningLink, type RunningLinkOptions } from '../../support/running-link.ts'
import { startScriptedSshServer } from '../../support/scripted-ssh-server.ts'
import { hopTo } from '../../support/ssh-servers.ts'

let folder: string
let identityFile: string
let authorizedKey: string
const open: { dispose(): unknown }[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-words-'))
  identityFile = join(folder, 'id')
  authorizedKey = await makeKeyPair(identityFile)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.dispose()
})

/** A real sshd with these lines in its configuration. */
async function sshd(settings: string[], more: Partial<SshServerOptions> = {}): Promise<SshServer> {
  const directory = mkdtempSync(join(folder, 'sshd-'))
  const server = await startSshServer({
    directory,
    authorizedKey,
    environment: process.env,
    loginEnvironment: {},
    settings,
    ...more,
  })
  open.push(server)
  return server
}

async function link(options: Partial<RunningLinkOptions> = {}): Promise<RunningLink> {
  const running = await startLink({ identityFile, ...options })
  open.push(running)
  return running
}

const loginTo = (running: RunningLink, ...servers: Parameters<typeof hopTo>[0][]): Promise<unknown> =>
  running.client.request('login', {
    hops: servers.map((server) => hopTo(server)),
    keys: running.keys,
    deadlineMs: 30_000,
  })

const refusal = async (
  server: Parameters<typeof hopTo>[0],
  options?: Partial<RunningLinkOptions>,
): Promise<Failure> => failureOf(loginTo(await link(options), server))

/** What the evidence quotes of the server. */
const said = ({ evidence }: Failure): string | undefined =>
  evidence.find(({ label }) => label === 'server-said')?.value

/** A TCP server of the test's own. */
async function listening(server: Server): Promise<Parameters<typeof hopTo>[0]> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ dispose: () => server.close() })
  return { port: (server.address() as AddressInfo).port, hostKeys: [] }
}

describe('a banner', () => {
  const banner = (text: string): string => {
    const file = join(folder, `banner-${text.length}`)
    writeFileSync(file, text)
    return `Banner ${file}`
  }

  test('reaches the user during the login, without what would steer a terminal', async () => {
    const running = await link()
    await loginTo(running, await sshd([banner('Maintenance \u001b[31mtoday\u001b[0m\u0007\nat noon\n')]))
    expect(running.notices).toEqual(['Maintenance today\nat noon'])
  })

  test('is in the failure, and no more of it than people read', async () => {
    const server = await sshd([banner(`Only for project A.\n${'x'.repeat(20_000)}`)])
    await server.setKeyAccepted(false)
    const failure = await refusal(server)
    expect(failure).toMatchObject({ kind: 'auth-refused', reason: 'refused' })
    expect(said(failure)).toMatch(/^Only for project A\.\nx+…$/)
    expect(said(failure)!.length).toBeLessThanOrEqual(8000)
  })
})

test('a banner that is longer than ssh2 takes is named, and the computer’s ssh shows it', async () => {
  const file = join(folder, 'long-banner')
  writeFileSync(file, 'Only for project A.\n'.repeat(3000))
  const server = await sshd([`Banner ${file}`])
  expect(await refusal(server)).toMatchObject({ kind: 'login-unreachable', reason: 'message-too-long' })
  const running = await link({ identityFile: null })
  const openssh = opensshInput(folder, identityFile)
  const hops = [hopTo(server)]
  await running.client.request('login', { hops, keys: [], openssh, deadlineMs: 30_000 })
  expect(running.notices.join('\n')).toContain('Only for project A.')
})

test.skipIf(process.getuid?.() !== 0)('B28 an account rule refuses after the key was accepted', async () => {
  const rules = join(folder, 'pam.d')
  mkdirSync(rules)
  writeFileSync(
    join(rules, 'sshd'),
    [
      'auth required pam_permit.so',
      'account optional pam_echo.so Access denied by pam_slurm_adopt: you have no active jobs on this node',
      'account required pam_deny.so',
      '',
    ].join('\n'),
  )
  const bind = `mount --bind ${rules} /etc/pam.d && exec "$@"`
  const server = await sshd(['UsePAM yes'], {
    launcher: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', bind, 'sh'],
  })
  const failure = await refusal(server)
  expect(failure).toMatchObject({
    kind: 'auth-refused',
    reason: 'not-admitted',
    facts: { said: 'Access denied by pam_slurm_adopt: you have no active jobs on this node' },
  })
  expect(said(failure)).toBe('Access denied by pam_slurm_adopt: you have no active jobs on this node')
})

test('a server with no cipher in common', async () => {
  const failure = await refusal(await sshd(['Ciphers aes128-cbc']))
  expect(failure).toMatchObject({ kind: 'login-unreachable', reason: 'nothing-in-common', retryable: false })
})

describe('the connection is closed', () => {
  test('before the greeting, with what is said in its place', async () => {
    const server = await sshd(['MaxStartups 1'])
    // The one that may log in at a time; at first the server counts the connection that looked whether it listens.
    await vi.waitUntil(async () => {
      const first = connect(server.port, '127.0.0.1')
      const [said] = (await once(first, 'data')) as [Buffer]
      if (!said.toString().startsWith('SSH-')) return false
      open.push({ dispose: () => first.destroy() })
      return true
    })
    const failure = await refusal(server)
    expect(failure).toMatchObject({ kind: 'login-unreachable', reason: 'closed-in-greeting' })
    expect(said(failure)).toBe('Exceeded MaxStartups')
  })

  test('by what is no SSH server', async () => {
    const server = await listening(
      createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nServer: proxy\r\n\r\n')),
    )
    expect(await refusal(server)).toMatchObject({ kind: 'login-unreachable', reason: 'not-ssh' })
  })

  test('while keys are agreed', async () => {
    const server = await listening(
      createServer((socket) => {
        socket.write('SSH-2.0-OpenSSH_9.2\r\n')
        socket.once('data', () => socket.end())
      }),
    )
    expect(await refusal(server)).toMatchObject({
      kind: 'login-unreachable',
      reason: 'closed-in-key-exchange',
    })
  })

  test('while the user is authenticated', async () => {
    const server = await sshd(['LoginGraceTime 1'])
    const failure = await refusal(server, { sign: () => delay(4000, null) })
    expect(failure).toMatchObject({ kind: 'login-unreachable', reason: 'closed-in-authentication' })
  })

  test('after too many refusals, with what the server says', async () => {
    const server = await sshd(['MaxAuthTries 1'])
    await server.setKeyAccepted(false)
    const failure = await refusal(server)
    expect(failure).toMatchObject({ kind: 'auth-refused', reason: 'too-many' })
    expect(said(failure)).toBe('Too many authentication failures')
  })
})

describe('a host behind another one', () => {
  test('to which the first forwards nothing', async () => {
    const first = await sshd(['AllowTcpForwarding no'])
    const failure = await failureOf(loginTo(await link(), first, await sshd([])))
    expect(failure).toMatchObject({ kind: 'login-unreachable', reason: 'forward-prohibited' })
  })

  test('where nothing listens', async () => {
    const second = await sshd([])
    await second.setRunning(false)
    const failure = await failureOf(loginTo(await link(), await sshd([]), second))
    expect(failure).toMatchObject({ kind: 'login-unreachable', reason: 'unreachable-from-hop' })
  })
})

test('nothing listens: that is no matter of the user’s network', async () => {
  const server = await sshd([])
  await server.setRunning(false)
  expect(await refusal(server)).toMatchObject({ kind: 'login-unreachable', reason: 'no-server' })
})

test('a server that takes keys alone, where there is none', async () => {
  expect(await refusal(await sshd([]), { identityFile: null })).toMatchObject({
    kind: 'auth-refused',
    reason: 'no-key',
  })
})

test('a server that takes ways alone that are not known here', async () => {
  const server = await sshd(['PubkeyAuthentication no', 'HostbasedAuthentication yes'])
  const failure = await refusal(server)
  expect(failure).toMatchObject({
    kind: 'auth-refused',
    reason: 'no-method',
    facts: { methods: 'hostbased' },
  })
})

test('a password that has to be changed', async () => {
  const server = await startScriptedSshServer(join(folder, 'change_host_key'), (context) => {
    if (context.method === 'password') context.requestChange('Your password has expired', () => undefined)
    else context.reject(['password'])
  })
  open.push({ dispose: () => server.close() })
  const running = await link({ identityFile: null, answerPrompts: async () => ['old'] })
  const failure = await failureOf(loginTo(running, server))
  expect(failure).toMatchObject({ kind: 'auth-refused', reason: 'password-change' })
  expect(said(failure)).toBe('Your password has expired')
})

test('B19 a challenge without prompts: its text is shown', async () => {
  const server = await startScriptedSshServer(join(folder, 'notice_host_key'), (context) => {
    if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
    context.prompt([], 'Duo', 'Autopushing login request to phone...', () => context.accept())
  })
  open.push({ dispose: () => server.close() })
  const running = await link({ identityFile: null })
  await loginTo(running, server)
  expect(running.notices).toEqual(['Duo: Autopushing login request to phone...'])
  expect(running.asked).toEqual([])
})

test.each<[string, { text: string }[], string[]]>([
  ['an approval on a phone, after an answer', [{ text: 'Passcode or option (1-2): ' }], ['1']],
  ['an approval on a phone, without a question', [], []],
])('B18 %s may take longer than the login', async (_what, prompts, answers) => {
  const server = await startScriptedSshServer(join(folder, `phone_${answers.length}`), (context) => {
    if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
    context.prompt(
      prompts.map(({ text }) => ({ prompt: text, echo: true })),
      () => setTimeout(() => context.accept(), 2500),
    )
  })
  open.push({ dispose: () => server.close() })
  const running = await link({ identityFile: null, answerPrompts: async () => answers })
  const login = running.client.request('login', { hops: [hopTo(server)], keys: [], deadlineMs: 1000 })
  await expect(login).resolves.toBeNull()
})

test('a server that looks up names before it judges may take longer than the login', async () => {
  const server = await startScriptedSshServer(join(folder, 'slow_names'), (context) =>
    setTimeout(() => context.accept(), 2500),
  )
  open.push({ dispose: () => server.close() })
  const running = await link({ identityFile: null })
  const login = running.client.request('login', { hops: [hopTo(server)], keys: [], deadlineMs: 1000 })
  await expect(login).resolves.toBeNull()
})
