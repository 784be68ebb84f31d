/** How a login gets to a site whose address is an alias of the user's SSH configuration: real servers, an own home folder. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ClusterLogin } from '../../../src-main/services/cluster/cluster-login.ts'
import type { LoadedProfile } from '../../../src-main/services/sites/load-profile.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { siteProfileSchema, type SiteProfileInput } from '../../../src-main/shared/model/site-profile.ts'
import { failureOf } from '../../support/failure-of.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'
import { startProxy, type DemoProxy } from './tcp-proxy.ts'

const user = userInfo().username
let servers: SshServers
let home: string
const open: { close(): unknown }[] = []
beforeAll(async () => {
  servers = await startSshServers()
})
afterAll(() => servers.dispose())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vizlink-home-'))
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  vi.stubEnv('HOME', home)
  vi.stubEnv('SSH_AUTH_SOCK', '')
  vi.stubEnv('USER', user)
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

const write = (name: string, ...lines: string[]): void =>
  appendFileSync(join(home, '.ssh', name), `${lines.join('\n')}\n`)
const keyOf = (server: SshServers['login']): string => server.hostKeys[0] ?? ''

/** The node's server is the site's login host here, and the login host's the one before it. */
function knowBoth(): void {
  write('known_hosts', `[127.0.0.1]:${servers.login.port} ${keyOf(servers.login)}`)
  write('known_hosts', `[127.0.0.1]:${servers.node.port} ${keyOf(servers.node)}`)
}

const asked: string[] = []
function clusterLogin(
  ssh: Partial<SiteProfileInput['ssh']>,
  identityFile: string | null = null,
): ClusterLogin {
  asked.length = 0
  const profile = siteProfileSchema.parse({
    version: 1,
    id: 'site',
    name: 'Site',
    ssh: { loginHost: { address: 'mycluster' }, nodes: {}, ...ssh },
  })
  const cluster = new ClusterLogin(
    { profile, identityFile } as LoadedProfile,
    createNodePlatform({ logger: collectingLogger(), dataFolder: join(home, 'data') }),
    {
      verifyHostKey: async ({ hop }) => {
        asked.push(hop)
        return false
      },
      answerPrompts: async () => null,
      askPassphrase: async () => null,
    },
    () => undefined,
  )
  open.push(cluster)
  return cluster
}

/** Where the login ended: the port that its server sees. */
async function portOf(cluster: ClusterLogin): Promise<number> {
  const { stdout } = await cluster.onLogin({ script: 'echo "$SSH_CONNECTION"' }, 1000)
  return Number(stdout.trim().split(' ').at(-1))
}

const alias = (...more: string[]): void =>
  write('config', 'Host mycluster', '  HostName 127.0.0.1', `  Port ${servers.node.port}`, ...more)

const gate = (): void =>
  write(
    'config',
    ...['Host gate', '  HostName 127.0.0.1', `  Port ${servers.login.port}`, `  User ${user}`],
    `  IdentityFile ${servers.identityFile}`,
  )

test('B52 an alias, reached by ProxyJump, with a key of ~/.ssh/config', async () => {
  alias('  ProxyJump gate', `  IdentityFile ${servers.identityFile}`)
  gate()
  knowBoth()
  const cluster = clusterLogin({})
  expect(await portOf(cluster)).toBe(servers.node.port)
  expect(cluster.loginName).toBe(`${user}@127.0.0.1:${servers.node.port}`)
  expect(asked).toEqual([])
})

test('files that are included by a pattern of folders; a host that is offered no keys', async () => {
  mkdirSync(join(home, '.ssh', 'sites', 'one'), { recursive: true })
  write('config', 'Include sites/*/*.conf')
  alias(`  IdentityFile ${servers.identityFile}`)
  write(join('sites', 'one', 'site.conf'), 'Host mycluster', '  PubkeyAuthentication no')
  knowBoth()
  expect(await failureOf(clusterLogin({}).login())).toMatchObject({ kind: 'auth-refused', reason: 'no-key' })
})

test('B52 jump hosts of the profile', async () => {
  const cluster = clusterLogin(
    {
      user,
      loginHost: { address: '127.0.0.1', port: servers.node.port, hostKeys: servers.node.hostKeys },
      jumpHosts: [{ address: '127.0.0.1', port: servers.login.port, hostKeys: servers.login.hostKeys, user }],
    },
    servers.identityFile,
  )
  expect(await portOf(cluster)).toBe(servers.node.port)
})

test('B52 an old ProxyCommand that means a jump host', async () => {
  alias('  ProxyCommand ssh -W %h:%p gate', `  IdentityFile ${servers.identityFile}`)
  gate()
  knowBoth()
  await servers.login.setRunning(false)
  const failure = await failureOf(clusterLogin({}).login())
  await servers.login.setRunning(true)
  expect(failure).toMatchObject({ reason: 'no-server', facts: { hop: 'gate' } })
})

describe('the system’s ssh', () => {
  const program = `bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & cat >&3; wait'`

  test('signs in where a program leads to the host, and asks as Vizlink does', async () => {
    alias(`  ProxyCommand ${program}`, `  IdentityFile ${servers.identityFile}`)
    expect((await failureOf(clusterLogin({}).login())).kind).toBe('host-key-unknown')
    expect(asked).toEqual(['mycluster'])
    knowBoth()
    const cluster = clusterLogin({})
    expect(await portOf(cluster)).toBe(servers.node.port)
    expect([cluster.opensshReason, asked]).toEqual(['proxy-command', []])
    expect(await failureOf(clusterLogin({ channel: 'ssh2' }).login())).toMatchObject({
      ...{ kind: 'bad-profile', reason: 'proxy-command', facts: { hop: 'mycluster' } },
    })
  })

  test('signs in where the user has a certificate, through the jump hosts of the configuration', async () => {
    const key = join(home, '.ssh', 'mine')
    copyFileSync(servers.identityFile, key)
    alias('  ProxyJump gate', `  IdentityFile ${key}`)
    gate()
    knowBoth()
    const without = clusterLogin({})
    expect([await portOf(without), without.opensshReason]).toEqual([servers.node.port, null])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, 'ca')])
    execFileSync('ssh-keygen', ['-y', '-f', key], {
      stdio: ['ignore', openSync(`${key}.pub`, 'w'), 'ignore'],
    })
    execFileSync('ssh-keygen', ['-q', '-s', join(home, 'ca'), '-I', 'ada', '-n', user, `${key}.pub`])
    const cluster = clusterLogin({})
    expect([await portOf(cluster), cluster.opensshReason]).toEqual([servers.node.port, 'certificate'])
    const pinned = clusterLogin({ channel: 'ssh2' })
    expect([await portOf(pinned), pinned.opensshReason]).toEqual([servers.node.port, null])
  })

  test('signs in where the profile wants it, with its key and host keys', async () => {
    const { hostKeys, port } = servers.node
    const ssh = { user, channel: 'openssh' as const, loginHost: { address: '127.0.0.1', port, hostKeys } }
    const cluster = clusterLogin(ssh, servers.identityFile)
    expect([await portOf(cluster), cluster.opensshReason]).toEqual([port, 'profile'])
    const wrong = { ...ssh, loginHost: { ...ssh.loginHost, hostKeys: servers.login.hostKeys } }
    expect((await failureOf(clusterLogin(wrong, servers.identityFile).login())).kind).toBe('host-key-changed')
    expect(await failureOf(clusterLogin({ ...ssh, proxy: 'socks5://127.0.0.1:1' }).login())).toMatchObject({
      ...{ kind: 'bad-profile', reason: 'openssh-proxy' },
    })
  })

  test('is named where there is none, or an old one', async () => {
    alias(`  ProxyCommand ${program}`)
    vi.stubEnv('PATH', home)
    expect(await failureOf(clusterLogin({}).login())).toMatchObject({
      ...{ kind: 'bad-profile', reason: 'openssh-missing', facts: { oldest: '8.5' } },
    })
    writeFileSync(join(home, 'ssh'), '#!/bin/sh\necho OpenSSH_8.4p1, OpenSSL 1.1.1 >&2\n', { mode: 0o755 })
    expect(await failureOf(clusterLogin({}).login())).toMatchObject({
      ...{ kind: 'bad-profile', reason: 'openssh-too-old' },
    })
  })
})

test('the usual key file of the home folder is used, where nothing names another one', async () => {
  alias()
  knowBoth()
  expect((await failureOf(clusterLogin({}).login())).reason).toBe('no-key')
  copyFileSync(servers.identityFile, join(home, '.ssh', 'id_ed25519'))
  expect(await portOf(clusterLogin({}))).toBe(servers.node.port)
})

test('a host key that known_hosts has another one for, or forbids, ends the login', async () => {
  alias(`  IdentityFile ${servers.identityFile}`)
  write('known_hosts', `[127.0.0.1]:${servers.node.port} ${keyOf(servers.login)}`)
  expect(await failureOf(clusterLogin({}).login())).toMatchObject({
    kind: 'host-key-changed',
    reason: 'changed',
  })
  writeFileSync(join(home, '.ssh', 'known_hosts'), `@revoked * ${keyOf(servers.node)}\n`)
  expect(await failureOf(clusterLogin({}).login())).toMatchObject({
    kind: 'host-key-changed',
    reason: 'revoked',
  })
  writeFileSync(join(home, '.ssh', 'known_hosts'), '')
  expect((await failureOf(clusterLogin({}).login())).kind).toBe('host-key-unknown')
  expect(asked).toEqual(['mycluster'])
})

test('jump hosts that lead in a circle', async () => {
  alias('  ProxyJump a')
  write('config', 'Host a', '  ProxyJump b', 'Host b', '  ProxyJump a')
  expect(await failureOf(clusterLogin({}).login())).toMatchObject({
    kind: 'bad-profile',
    reason: 'jump-hosts',
  })
})

test.each<[string, DemoProxy['kind']]>([
  ['HTTP CONNECT', 'http'],
  ['SOCKS5', 'socks5'],
])('through a proxy (%s)', async (_what, kind) => {
  alias(`  IdentityFile ${servers.identityFile}`)
  knowBoth()
  const proxy = await startProxy(kind)
  open.push(proxy)
  expect(await portOf(clusterLogin({ proxy: proxy.url }))).toBe(servers.node.port)
  expect(proxy.asked).toEqual([`127.0.0.1:${servers.node.port}`])
  proxy.refuses = true
  expect(await failureOf(clusterLogin({ proxy: proxy.url }).login())).toMatchObject({
    kind: 'login-unreachable',
    reason: 'proxy-refused',
  })
  proxy.refuses = false
  await proxy.close()
  expect(await failureOf(clusterLogin({ proxy: proxy.url }).login())).toMatchObject({
    kind: 'login-unreachable',
    reason: 'proxy-unreachable',
  })
})
