/** Logins of real link processes by the system's `ssh`, at real OpenSSH servers. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { AuthContext } from 'ssh2'
import type { Hop } from '../../../src-main/link-process/messages.ts'
import { startSshServer, type SshServer } from '../../site/ssh/index.ts'
import { descendants, signalProcess } from '../../site/support/processes.ts'
import { failureOf } from '../../support/failure-of.ts'
import { opensshInput } from './openssh-input.ts'
import { kindOf, portsOfNoHost, startLink } from '../../support/running-link.ts'
import type { RunningLink, RunningLinkOptions } from '../../support/running-link.ts'
import { startScriptedSshServer } from '../../support/scripted-ssh-server.ts'
import { hopTo, hostKeyQuestion, startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
const links: RunningLink[] = []
const file = (name: string): string => join(servers.directory, name)
const user = userInfo().username
beforeAll(async () => {
  servers = await startSshServers()
})
afterAll(() => servers.dispose())
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.dispose()))
})

async function linkWith(options: Partial<RunningLinkOptions> = {}): Promise<RunningLink> {
  const link = await startLink({ identityFile: null, ...options })
  links.push(link)
  return link
}

/** @param configuration lines of the user's */
function login(
  link: RunningLink,
  hops: Hop[],
  {
    configuration = [],
    identityFile = servers.identityFile,
  }: { configuration?: string[]; identityFile?: string | null } = {},
): Promise<null> {
  const openssh = opensshInput(servers.directory, identityFile, configuration)
  return link.client.request('login', { hops, keys: [], openssh, deadlineMs: 30_000 })
}

const execute = (link: RunningLink, script: string, hopId: string | null = null) =>
  link.client.request('exec', { hopId, command: { script }, deadlineMs: 30_000, maximumBytes: 10_000_000 })

/** The port of the server on which a command runs. */
const portOf = async (link: RunningLink, hopId: string | null = null): Promise<number> =>
  Number((await execute(link, 'echo "$SSH_CONNECTION"', hopId)).stdout.trim().split(' ').at(-1))

const processesOf = ({ child }: RunningLink): number[] => descendants([child.pid], /ssh/)

describe('a login by ssh', () => {
  test('leads through a jump host, and its commands share one connection', async () => {
    const link = await linkWith()
    await login(link, servers.hops)
    expect(await portOf(link)).toBe(servers.node.port)
    const all = await Promise.all([1, 2, 3].map(() => execute(link, 'echo "$SSH_CONNECTION"')))
    expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1)
    expect(link.asked).toEqual([])
  })

  test('gives status, errors and much output of a command, and takes its input', async () => {
    const link = await linkWith()
    await login(link, [hopTo(servers.login)])
    expect(await execute(link, 'echo out; echo wrong >&2; exit 7')).toMatchObject({
      ...{ stdout: 'out\n', stderr: 'wrong\n', code: 7 },
    })
    expect((await execute(link, 'yes vizlink | head -c 3000000')).stdout).toHaveLength(3_000_000)
    const input = 'x'.repeat(1_000_000)
    const request = {
      hopId: null,
      command: { script: 'wc -c' },
      deadlineMs: 30_000,
      maximumBytes: 100,
      input,
    }
    expect((await link.client.request('exec', request)).stdout.trim()).toBe('1000000')
  })

  test('carries the relay on a further host', async () => {
    const link = await linkWith()
    await login(link, [hopTo(servers.login)])
    const { hopId } = await link.client.request('open-hop', { hop: hopTo(servers.node), deadlineMs: 30_000 })
    expect(await portOf(link, hopId)).toBe(servers.node.port)
    const { relayId } = await link.client.request('open-relay', {
      ...{ hopId, ports: portsOfNoHost, maximumUnacknowledgedBytes: 1 << 20, deadlineMs: 30_000 },
    })
    await vi.waitUntil(
      async () => (await link.client.request('link-facts', { relayId })).roundTripMs !== null,
    )
    await link.client.request('close-hop', { hopId })
    expect(await link.lost).toMatchObject({ relayId, failure: { kind: 'link-lost' } })
    expect(await portOf(link)).toBe(servers.login.port)
  })

  test('forwards to a port, and says what the server says where none is', async () => {
    const link = await linkWith()
    await login(link, [hopTo(servers.login)])
    const listening = createServer((socket) => socket.end('hello'))
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void listening.close())
    const { port } = listening.address() as AddressInfo
    const target = { address: '127.0.0.1', deadlineMs: 30_000 }
    await link.client.request('open-forward', { ...target, port })
    expect(await failureOf(link.client.request('open-forward', { ...target, port: 1 }))).toMatchObject({
      ...{ kind: 'forward-refused', reason: 'nothing-there' },
    })
  })

  test('ends with the link process, also where that is killed', async () => {
    const link = await linkWith()
    await login(link, servers.hops)
    await execute(link, 'true')
    const started = processesOf(link)
    expect(started.length).toBeGreaterThan(2)
    signalProcess(link.child.pid, 'SIGKILL')
    const isGone = (pid: number): boolean => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
      } catch {
        return true
      }
    }
    await vi.waitUntil(() => started.every(isGone), { timeout: 20_000, message: 'no ssh is left' })
  })

  test('is lost with its process, once, and with the server', async () => {
    const link = await linkWith()
    await login(link, [hopTo(servers.login)])
    const [pid] = descendants([link.child.pid], /ssh.* -M /).filter(
      (one) => !readFileSync(`/proc/${one}/cmdline`, 'utf8').startsWith('/bin/sh'),
    )
    signalProcess(pid ?? expect.unreachable(), 'SIGKILL')
    expect(await link.lost).toMatchObject({ relayId: null, failure: { kind: 'link-lost', reason: 'hop' } })
    const other = await linkWith()
    await login(other, [hopTo(servers.login)])
    await servers.login.setRunning(false)
    expect(await other.lost).toMatchObject({ relayId: null, failure: { kind: 'link-lost', reason: 'hop' } })
    await servers.login.setRunning(true)
  })

  test('takes nothing of the user’s configuration that would be done for a terminal', async () => {
    const link = await linkWith()
    const marker = file('local-command')
    await login(link, [hopTo(servers.login)], {
      configuration: [
        ...[
          'Host *',
          '  LogLevel QUIET',
          '  RemoteCommand sleep 60',
          '  RequestTTY force',
          '  BatchMode yes',
        ],
        ...[
          '  PermitLocalCommand yes',
          `  LocalCommand touch ${marker}`,
          '  LocalForward 127.0.0.1:1 127.0.0.1:2',
        ],
        ...['  StrictHostKeyChecking no', '  ControlMaster auto', `  ControlPath ${file('own-%C')}`],
      ],
    })
    expect(await portOf(link)).toBe(servers.login.port)
    expect(() => readFileSync(marker)).toThrow('ENOENT')
    expect(await kindOf(login(await linkWith(), [hopTo(servers.login, [])]))).toBe('host-key-unknown')
  })
})

describe('the host key', () => {
  test('of an unknown host is shown and, once confirmed, used', async () => {
    const link = await linkWith({ verifyHostKey: async () => true })
    await login(link, [hopTo(servers.login, []), hopTo(servers.node)])
    expect(link.asked).toEqual([hostKeyQuestion(servers.login)])
  })

  test('that is not confirmed ends the login', async () => {
    const link = await linkWith({ verifyHostKey: async () => false })
    expect(await kindOf(login(link, [hopTo(servers.login, [])]))).toBe('host-key-unknown')
  })

  test('that is another one, or revoked, ends the login without a question', async () => {
    const link = await linkWith({ verifyHostKey: async () => true })
    const changed = await failureOf(login(link, [hopTo(servers.login, servers.node.hostKeys)]))
    expect(changed).toMatchObject({ kind: 'host-key-changed', reason: 'changed' })
    expect(JSON.stringify(changed.evidence)).toContain('SHA256:')
    const next = await linkWith({ verifyHostKey: async () => true })
    const revokedKeys = servers.login.hostKeys
    expect(await failureOf(login(next, [{ ...hopTo(servers.login), revokedKeys }]))).toMatchObject({
      ...{ kind: 'host-key-changed', reason: 'revoked' },
    })
    expect([link.asked, next.asked]).toEqual([[], []])
  })
})

describe('certificates', () => {
  let certified: SshServer
  const keygen = (...words: string[]): void => void execFileSync('ssh-keygen', ['-q', ...words])
  const publicLine = (name: string): string =>
    readFileSync(file(`${name}.pub`), 'utf8')
      .trim()
      .split(' ')
      .slice(0, 2)
      .join(' ')

  beforeAll(async () => {
    for (const name of ['user-ca', 'host-ca', 'other-ca', 'certified', 'plain'])
      keygen('-t', 'ed25519', '-N', '', '-C', '', '-f', file(name))
    keygen('-s', file('user-ca'), '-I', 'ada', '-n', user, file('certified.pub'))
    const directory = file('certified-server')
    certified = await startSshServer({
      directory,
      authorizedKey: '# none',
      environment: process.env,
      loginEnvironment: { HOME: servers.home },
      settings: [
        `TrustedUserCAKeys ${file('user-ca.pub')}`,
        `HostCertificate ${join(directory, 'host_key-cert.pub')}`,
      ],
    })
    keygen('-s', file('host-ca'), '-I', 'host', '-h', '-n', '127.0.0.1', join(directory, 'host_key.pub'))
    await certified.setRunning(false)
    await certified.setRunning(true)
  })
  afterAll(() => certified.dispose())

  test('of user and host let in, without a question', async () => {
    const link = await linkWith()
    const hop = { ...hopTo(certified, []), authorities: [publicLine('host-ca')] }
    await login(link, [hop], { identityFile: file('certified') })
    expect(await portOf(link)).toBe(certified.port)
    expect(link.asked).toEqual([])
  })

  test('of a host by another authority is refused, though a person would confirm it', async () => {
    const link = await linkWith({ verifyHostKey: async () => true })
    const hop = { ...hopTo(certified, []), authorities: [publicLine('other-ca')] }
    expect(await failureOf(login(link, [hop], { identityFile: file('certified') }))).toMatchObject({
      ...{ kind: 'host-key-changed', reason: 'changed' },
    })
    expect(link.asked).toEqual([])
  })

  test('of a host without a known authority count as the key in them', async () => {
    const link = await linkWith()
    await login(link, [hopTo(certified)], { identityFile: file('certified') })
    const stranger = await linkWith({ verifyHostKey: async () => true })
    await login(stranger, [hopTo(certified, [])], { identityFile: file('certified') })
    expect(stranger.asked).toMatchObject([{ input: { publicKey: certified.hostKeys[0] } }])
  })

  test('are what the server wants: a key without one is refused', async () => {
    const link = await linkWith()
    const failure = await failureOf(login(link, [hopTo(certified)], { identityFile: file('plain') }))
    expect(failure).toMatchObject({ kind: 'auth-refused', reason: 'refused' })
    expect(failure.evidence).toContainEqual({ label: 'keys-offered', value: '1 (0 not)' })
  })
})

describe('ProxyCommand', () => {
  const alias = (command: string): string[] => ['Host mycluster', `  ProxyCommand ${command}`]
  const hop = (): Hop => ({ ...hopTo(servers.login), label: 'mycluster' })

  test('leads to the host', async () => {
    const marker = file('proxied')
    const relay = `exec 3<>/dev/tcp/%h/%p; touch ${marker}; cat <&3 & cat >&3; wait`
    const link = await linkWith()
    await login(link, [hop(), hopTo(servers.node)], { configuration: alias(`bash -c '${relay}'`) })
    expect(await portOf(link)).toBe(servers.node.port)
    expect(readFileSync(marker, 'utf8')).toBe('')
  })

  test('that ends at once is named with its words', async () => {
    const configuration = alias(`sh -c 'echo no way to %h >&2; exit 1'`)
    const failure = await failureOf(login(await linkWith(), [hop()], { configuration }))
    expect(failure).toMatchObject({
      ...{ kind: 'login-unreachable', reason: 'proxy-command' },
      facts: { hop: 'mycluster', said: 'no way to 127.0.0.1' },
    })
  })

  test('a jump host that only ssh finds is asked about by its name', async () => {
    const configuration = [
      'Match host 127.0.0.1 exec "true"',
      `  ProxyJump ${user}@localhost:${servers.login.port}`,
      'Match host localhost',
      `  IdentityFile ${servers.identityFile}`,
      `  HostName 127.0.0.1`,
    ]
    const link = await linkWith({ verifyHostKey: async () => true })
    await login(link, [{ ...hopTo(servers.node), label: 'mycluster' }], { configuration })
    expect(await portOf(link)).toBe(servers.node.port)
    expect(link.asked).toMatchObject([
      { input: { hop: `[127.0.0.1]:${servers.login.port}`, publicKey: servers.login.hostKeys[0] } },
    ])
  })
})

describe('what ssh asks', () => {
  const at = async (authenticate: (context: AuthContext) => void, options: Partial<RunningLinkOptions>) => {
    const server = await startScriptedSshServer(file(`scripted-${links.length}-${Date.now()}`), authenticate)
    onTestFinished(() => server.close())
    const link = await linkWith(options)
    const hop = {
      label: 'mycluster',
      address: '127.0.0.1',
      port: server.port,
      user: 'ada',
      hostKeys: server.hostKeys,
    }
    return { link, work: login(link, [hop], { identityFile: null }) }
  }
  const password = (context: AuthContext): void => {
    if (context.method === 'password' && context.password === 'pass "word" $HOME é') context.accept()
    else context.reject(['password'])
  }

  test('a password is asked for in the app, and is in no argument and no environment', async () => {
    const { link, work } = await at(password, { answerPrompts: async () => ['pass "word" $HOME é'] })
    await work
    expect(link.asked).toEqual([
      {
        name: 'answerPrompts',
        input: {
          hop: 'mycluster',
          title: '',
          prompts: [{ text: "ada@127.0.0.1's password: ", echo: false }],
        },
      },
    ])
    const shown = processesOf(link).flatMap((pid) =>
      ['cmdline', 'environ'].map((part) => readFileSync(`/proc/${pid}/${part}`, 'utf8')),
    )
    expect(shown.length).toBeGreaterThan(1)
    expect(shown.join('\n')).not.toContain('pass "word"')
    expect(JSON.stringify(link.logger.lines)).not.toContain('pass "word"')
  })

  test('each prompt of keyboard-interactive, and what is said before it', async () => {
    const { link, work } = await at(
      (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
        context.prompt([{ prompt: 'Code: ', echo: true }], 'Two factors', 'Look at your phone', ([answer]) =>
          answer === '123456' ? context.accept() : context.reject(),
        )
      },
      { answerPrompts: async () => ['123456'] },
    )
    await work
    expect(link.asked).toMatchObject([{ input: { prompts: [{ text: '(ada@127.0.0.1) Code: ' }] } }])
    expect(link.notices).toEqual(['Two factors\nLook at your phone'])
  })

  test('that gets no answer ends the login at once', async () => {
    const { link, work } = await at(password, {})
    expect((await failureOf(work)).kind).toBe('needs-answer')
    expect(link.asked).toHaveLength(1)
  })

  test('a wrong password is asked for again, and is a refusal in the end', async () => {
    const { link, work } = await at(password, { answerPrompts: async () => ['wrong'] })
    expect(await failureOf(work)).toMatchObject({ kind: 'auth-refused', reason: 'refused' })
    expect(link.asked).toHaveLength(3)
  })

  test('the passphrase of a key file', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', file('locked')])
    writeFileSync(join(servers.directory, 'login', 'authorized_keys'), readFileSync(file('locked.pub')), {
      flag: 'a',
    })
    const link = await linkWith({ answerPrompts: async () => ['secret'] })
    await login(link, [hopTo(servers.login)], { identityFile: file('locked') })
    expect(link.asked).toMatchObject([
      { input: { prompts: [{ text: `Enter passphrase for key '${file('locked')}': ` }] } },
    ])
  })
})

describe('a login that cannot be', () => {
  test.each([
    ['a port without a listener', { port: 1 }, { reason: 'no-server' }],
    ['a name that does not exist', { address: 'no-such-host.invalid' }, { reason: 'unknown-name' }],
    [
      'a user who does not exist',
      { user: 'vizlink-no-such-user' },
      { kind: 'auth-refused', reason: 'refused' },
    ],
  ])('%s', async (_name, change, failure) => {
    const hop = { ...hopTo(servers.login), ...change }
    expect(await failureOf(login(await linkWith(), [hop]))).toMatchObject({
      kind: 'login-unreachable',
      ...failure,
    })
  })

  test('behind a jump host', async () => {
    const closed = { ...hopTo(servers.node), port: 1 }
    expect(await failureOf(login(await linkWith(), [hopTo(servers.login), closed]))).toMatchObject({
      ...{ kind: 'login-unreachable', reason: 'unreachable-from-hop' },
    })
  })

  test('a configuration that ssh does not read is named', async () => {
    const failure = await failureOf(
      login(await linkWith(), [hopTo(servers.login)], { configuration: ['NoSuchKeyword yes'] }),
    )
    expect(failure).toMatchObject({ kind: 'bad-profile', reason: 'openssh-configuration' })
    expect(JSON.stringify(failure)).toContain('nosuchkeyword')
  })

  test('what answers there is no SSH server', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const hop = { ...hopTo(servers.login), port: (other.address() as AddressInfo).port }
    expect(await failureOf(login(await linkWith(), [hop]))).toMatchObject({ reason: 'not-ssh' })
  })
})
