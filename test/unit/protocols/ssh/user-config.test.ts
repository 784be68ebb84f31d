/** The user's SSH configuration, read as `ssh -G` reads it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  hostSettings,
  jumpOfCommand,
  parseJumps,
  type HostSettings,
} from '../../../../src-main/protocols/ssh/user-config.ts'
import { failureOf } from '../../../support/failure-of.ts'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-config-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string): string => join(folder, name)

const ours = (host: string, user: string | null = null): Promise<HostSettings> =>
  hostSettings(host, user, {
    files: [{ path: file('config'), folder }],
    home: homedir(),
    localUser: userInfo().username,
    environment: { KEYS: '/keys' },
    read: async (path) => {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return null
      }
    },
    expand: async (pattern) => (pattern.endsWith('*') ? [file('d/one'), file('d/two')] : [pattern]),
  })

/** What OpenSSH makes of the same file, by keyword. */
function theirs(host: string, user: string | null = null): (keyword: string) => string[] {
  const login = user === null ? [] : ['-l', user]
  const environment = { ...process.env, KEYS: '/keys' }
  const text = execFileSync('ssh', ['-G', '-F', file('config'), ...login, host], {
    encoding: 'utf8',
    env: environment,
  })
  const lines = text.split('\n').map((line) => [line.split(' ')[0], line.replace(/^\S+ /, '')] as const)
  return (keyword) => lines.filter(([name]) => name === keyword).map(([, value]) => value)
}

const config = (): string => `
# before any section
Include ${file('d')}/*
IdentityFile "~/my keys/id"
Match originalhost m user ada
  Port 7001
Match host *.real !originalhost n1
  User by-real-name
Match user by-real-name
  IdentitiesOnly yes
Match exec "touch ${file('ran')}; false"
  Port 7777
Host mycluster !other
  HostName %h.example.real
  User = DOMAIN\\user
  Port=2222
  ProxyJump ada@gate:2200,second
  IdentityFile ~/.ssh/%r_%h
  IdentityFile \${KEYS}/env
Host m? n*
  HostName x.real
Host FIRST
  ProxyCommand ssh -W %h:%p old
  ProxyJump void
  UserKnownHostsFile ~/a "~/b c"
Host quoted
  HostName 'quoted.real'
  User DOMAIN\\\\user
  IdentitiesOnly true
  PubkeyAuthentication no
  IdentityFile '/k/My Keys/id'
  IdentityFile /k/My\\ Keys/other
Host tokens
  HostName tokens.real
  User ada
  ProxyJump %r@gate-%n
  UserKnownHostsFile /k/%k /k/%h
Host *
  User later
  Port 99
  hostname ignored-for-mycluster
`
describe('against ssh -G', () => {
  beforeAll(() => {
    mkdirSync(file('d'))
    writeFileSync(file('d/one'), 'Host inc*\n  Port 4001\n  HostKeyAlias shared\n')
    writeFileSync(file('d/two'), 'Host inc2\n  Port 4002\n  User two\nHost *\n  IdentityAgent none\n')
    writeFileSync(file('config'), config())
  })

  test.each([
    ['B52 an alias', 'mycluster', null],
    ['wildcards and Match host', 'm1', null],
    ['a negated criterion', 'n1', null],
    ['Match user, by the user that is given', 'm', 'ada'],
    ['a file that is included', 'inc1', null],
    ['a later included file adds what is not set yet', 'inc2', null],
    ['quotes and backslashes', 'quoted', null],
    ['no section', 'nowhere.example', null],
  ])('%s', async (_what, host, user) => {
    const settings = await ours(host, user)
    const expected = theirs(host, user)
    expect(settings.hostName).toBe(expected('hostname')[0])
    expect(settings.user ?? userInfo().username).toBe(expected('user')[0])
    expect(String(settings.port)).toBe(expected('port')[0])
    expect(settings.identitiesOnly).toBe(expected('identitiesonly')[0] === 'yes')
    expect(settings.offersKeys).toBe(expected('pubkeyauthentication')[0] !== 'false')
    expect(settings.proxyJump).toBe(expected('proxyjump')[0] ?? null)
    const tokens: Record<string, string> = {
      '%r': settings.user ?? userInfo().username,
      '%h': settings.hostName,
      '${KEYS}': '/keys',
    }
    expect(settings.identityFiles).toEqual(
      expected('identityfile').map((path) =>
        path.replace(/^~/, homedir()).replace(/%[rh]|\$\{KEYS\}/g, (token) => tokens[token] ?? ''),
      ),
    )
  })

  test('no program is run for it', async () => {
    rmSync(file('ran'), { force: true })
    await ours('mycluster')
    expect(() => readFileSync(file('ran'))).toThrow('ENOENT')
  })

  test('the first of ProxyCommand and ProxyJump holds; other settings', async () => {
    expect(await ours('first')).toMatchObject({
      proxyJump: null,
      proxyCommand: 'ssh -W %h:%p old',
      userKnownHostsFiles: [`${homedir()}/a`, `${homedir()}/b c`],
      identityAgent: null,
    })
    expect((await ours('inc1')).hostKeyAlias).toBe('shared')
    expect(await ours('tokens')).toMatchObject({
      proxyJump: 'ada@gate-tokens',
      userKnownHostsFiles: ['/k/tokens', '/k/tokens.real'],
    })
  })
})

test('a file that ssh cannot read either is named', async () => {
  writeFileSync(file('config'), 'Host a\n  IdentityFile "~/no end\n  Port 5\n')
  expect(() => theirs('a')).toThrow('invalid quotes')
  expect(await failureOf(ours('a'))).toMatchObject({
    kind: 'bad-profile',
    reason: 'ssh-configuration',
    facts: { file: file('config') },
  })
})

test('a file that includes itself ends', async () => {
  writeFileSync(file('config'), `Include ${file('config')}\nHost a\n  Port 5\n`)
  expect((await ours('a')).port).toBe(5)
})

test.each([
  ['gate', [{ address: 'gate', user: null, port: null }]],
  [
    'ada@gate:2200, user@domain@second',
    [
      { address: 'gate', user: 'ada', port: 2200 },
      { address: 'second', user: 'user@domain', port: null },
    ],
  ],
  ['ssh://ada@[::1]:22/', [{ address: '::1', user: 'ada', port: 22 }]],
  ['a,,b', null],
  ['gate:70000', null],
  ['-oX@', null],
])('jump hosts %s', (text, hosts) => expect(parseJumps(text)).toEqual(hosts))

test.each([
  ['ssh -W %h:%p gate', 'gate'],
  ['/usr/bin/ssh -q -W %h:%p ada@gate', 'ada@gate'],
  ['ssh gate -W %h:%p', 'gate'],
  ['ssh -W [%h]:%p gate', 'gate'],
  ['nc -X 5 %h %p', null],
  ['ssh gate nc %h %p', null],
  ['ssh -W %h:%p -oProxyCommand=x', null],
])('the jump host of %s', (command, host) => expect(jumpOfCommand(command)).toBe(host))
