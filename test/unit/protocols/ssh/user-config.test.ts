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
    resolves: async (name) => names.includes(name),
  })
/** Complete names that have an address. */
let names: string[] = []

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

describe('many configurations against ssh -G', () => {
  /** Configuration, and a host where it is not `m`. */
  const table: [what: string, lines: string[], host?: string][] = [
    ['a # in a user', ['User a#b']],
    ['a # behind a blank', ['User ada # b']],
    ['a # in quotes', ['User "a #b" # c']],
    [
      'a # in a path, and a second file',
      ['IdentityFile ~/k#1', 'IdentityFile "~/k #2"', "IdentityFile '~/k #3'"],
    ],
    ['a # behind an escaped blank', ['IdentityFile ~/k\\ #3']],
    ['a # behind =', ['User=a#b', 'Port = 23 #x']],
    ['a whole line', ['#User a', '  # User b', 'User c']],
    ['a # in a name of Host', ['Host m#x', '  User a', 'Host m #x', '  User b']],
    ['carriage returns', ['Host m\r', '  User ada\r', '  Port 2200\r', '  IdentityFile ~/k\r', '\r']],
    ['tabs and blanks at the end', ['\tUser\tada \t', 'Port  =  24\t', 'HostName\tm.real   ']],
    ['a form feed at the end', ['User ada\f']],
    ['capitals', ['HOSTNAME M.Real', 'UsEr Ada', 'pOrT 25']],
    ['a host in capitals', ['Host BIG', '  User big', 'Host big', '  User small'], 'BIG'],
    ['a dot at the end', ['HostName m.example.']],
    ['an address of IPv6', ['HostName ::1'], 'v6'],
    [
      'tokens',
      ['HostName %h-%%.real', 'IdentityFile ~/.ssh/%r@%h', 'IdentityFile %d/.ssh/%n_%p', 'User ada'],
    ],
    ['a variable', ['IdentityFile ${KEYS}/id']],
    ['the local user', ['IdentityFile /k/%u', 'Match localuser root,ada', '  Port 26']],
    ['IdentityFile none', ['IdentityFile none', 'IdentityFile ~/k']],
    ['the same file twice', ['IdentityFile ~/k', 'IdentityFile ~/k', 'IdentityFile ~/other']],
    ['jumps with users and ports', ['ProxyJump ada@gate:2222,[::1]:23,user@domain@x:24']],
    ['no jump', ['ProxyJump none', 'ProxyJump gate']],
    ['jump as address', ['ProxyJump ssh://ada@gate:2222']],
    ['a command first', ['ProxyCommand nc %h %p', 'ProxyJump gate']],
    ['no command, then a jump', ['ProxyCommand none', 'ProxyJump gate']],
    ['known_hosts files', ['UserKnownHostsFile ~/a "/b c" /d']],
    ['no known_hosts', ['UserKnownHostsFile none']],
    ['the first value holds', ['Port 27', 'Port 28', 'Host m', '  User a', 'Host *', '  User b']],
    ['a negated pattern', ['Host * !m', '  User a', 'Host m* !mm', '  User b']],
    ['question marks', ['Host ?', '  User a'], 'x'],
    ['Match all', ['Match all', '  User a']],
    ['Match !host', ['Match !host m,other', '  User a', 'Match !host other', '  User b']],
    ['Match host by HostName', ['HostName real', 'Match host m', '  User a', 'Match host real', '  User b']],
    ['Match originalhost', ['HostName real', 'Match originalhost m', '  User a']],
    ['Match user by User', ['User a', 'Match user a,b', '  Port 29']],
    ['Match host user', ['User a', 'Match host "m,x" user a', '  Port 30']],
    ['Match =', ['Match host=m', '  Port 31']],
    ['Match final', ['HostName real', 'Host real', '  User a', 'Match final', '  Port 32']],
    ['Match canonical in a final pass', ['Match canonical', '  Port 33', 'Match final', '  User a']],
    ['Match !final host', ['Match !final host m', '  Port 39', 'Match host m !canonical', '  User a']],
    ['Match !all', ['Match !all', '  Port 40', 'Match all', '  User a']],
    ['Match !final', ['Match !final', '  Port 34', 'Match final', '  User a']],
    ['Match canonical without one', ['Match canonical', '  Port 35', 'Port 36']],
    [
      'no resolver, max dots',
      ['CanonicalizeHostname yes', 'CanonicalDomains x.invalid', 'Match canonical', '  Port 37'],
      'a.b.c',
    ],
    [
      'not behind a jump host',
      [
        'CanonicalizeHostname yes',
        'CanonicalDomains x.invalid',
        'ProxyJump gate',
        'Match canonical',
        '  User a',
      ],
    ],
    [
      'not behind ProxyJump none',
      [
        'CanonicalizeHostname yes',
        'CanonicalDomains x.invalid',
        'ProxyJump none',
        'Match canonical',
        '  User a',
      ],
    ],
    [
      'an address',
      ['CanonicalizeHostname yes', 'CanonicalDomains x.invalid', 'CanonicalizeFallbackLocal no'],
      '127.0.0.1',
    ],
    [
      'Host sees HostName once more',
      [
        'CanonicalizeHostname yes',
        'CanonicalDomains none',
        'Host m',
        '  HostName real',
        'Host real',
        '  User a',
        '  Port 38',
      ],
    ],
    ['IdentitiesOnly', ['IdentitiesOnly true']],
    ['PubkeyAuthentication', ['PubkeyAuthentication unbound', 'IdentitiesOnly no']],
  ]
  const expanded = (path: string, settings: HostSettings): string => {
    const user = settings.user ?? userInfo().username
    const tokens = { r: user, h: settings.hostName, d: homedir(), n: 'm', u: userInfo().username }
    return path
      .replace(/^~/, homedir())
      .replace('${KEYS}', '/keys')
      .replace('%p', String(settings.port ?? 22))
      .replace(/%([rhdnu])/g, (_, name: keyof typeof tokens) => tokens[name])
  }

  test.each(table)('%s', async (_what, lines, host = 'm') => {
    names = []
    writeFileSync(file('config'), `${lines.join('\n')}\n`)
    const settings = await ours(host)
    const expected = theirs(host)
    const files = expected('identityfile').map((path) => expanded(path, settings))
    const known = expected('userknownhostsfile').flatMap((value) => value.split(' '))
    expect({
      hostName: settings.hostName,
      user: settings.user ?? userInfo().username,
      port: String(settings.port ?? 22),
      jumps: settings.proxyJump && parseJumps(settings.proxyJump),
      proxyCommand: settings.proxyCommand ?? undefined,
      identitiesOnly: settings.identitiesOnly,
      offersKeys: settings.offersKeys,
    }).toEqual({
      hostName: expected('hostname')[0],
      user: expected('user')[0],
      port: expected('port')[0],
      jumps: expected('proxyjump')[0] ? parseJumps(expected('proxyjump')[0]!) : null,
      proxyCommand: expected('proxycommand')[0],
      identitiesOnly: expected('identitiesonly')[0] === 'yes',
      offersKeys: expected('pubkeyauthentication')[0] !== 'false',
    })
    if (settings.identityFiles.length > 0 || lines.some((line) => /identityfile/i.test(line)))
      expect(settings.identityFiles).toEqual(files.filter((path) => path !== 'none'))
    if (settings.userKnownHostsFiles)
      expect(settings.userKnownHostsFiles.join(' ')).toBe(
        known
          .map((path) => expanded(path, settings))
          .filter((path) => path !== 'none')
          .join(' '),
      )
    else expect(known).toEqual([`${homedir()}/.ssh/known_hosts`, `${homedir()}/.ssh/known_hosts2`])
  })
})

describe('complete names', () => {
  const canonical = (...lines: string[]): void =>
    writeFileSync(
      file('config'),
      ['CanonicalDomains one.example two.example', ...lines, 'Host *.two.example', '  User there', ''].join(
        '\n',
      ),
    )

  test('the first domain that has the name; sections are looked at once more', async () => {
    names = ['m.two.example.', 'gate.two.example.']
    canonical('CanonicalizeHostname yes')
    expect(await ours('M')).toMatchObject({ hostName: 'm.two.example', user: 'there' })
    canonical('CanonicalizeHostname yes', 'ProxyJump other')
    expect(await ours('m')).toMatchObject({ hostName: 'm', user: null })
    canonical('CanonicalizeHostname always', 'ProxyJump other')
    expect((await ours('m')).hostName).toBe('m.two.example')
    canonical('CanonicalizeHostname no')
    expect((await ours('m')).hostName).toBe('m')
  })

  test('dots that are too many, and one at the end', async () => {
    names = ['a.b.two.example.', 'a.b.c.two.example.', 'm.']
    canonical('CanonicalizeHostname yes')
    expect((await ours('a.b')).hostName).toBe('a.b.two.example')
    expect((await ours('a.b.c')).hostName).toBe('a.b.c')
    expect((await ours('m.')).hostName).toBe('m')
    canonical('CanonicalizeHostname yes', 'CanonicalizeMaxDots 2')
    expect((await ours('a.b.c')).hostName).toBe('a.b.c.two.example')
  })

  test('none, where there must be one, is named', async () => {
    names = []
    canonical('CanonicalizeHostname yes', 'CanonicalizeFallbackLocal no')
    expect(await failureOf(ours('m'))).toMatchObject({ kind: 'login-unreachable', facts: { hop: 'm' } })
    canonical('CanonicalizeHostname yes')
    expect((await ours('m')).hostName).toBe('m')
  })

  test('aliases of the name system are not followed, and that is said', async () => {
    canonical('CanonicalizePermittedCNAMEs *.one.example:*.two.example')
    const expected = { kind: 'bad-profile', reason: 'canonical-names', facts: { hop: 'm' } }
    expect(await failureOf(ours('m'))).toMatchObject(expected)
    canonical('CanonicalizePermittedCNAMEs *:*', 'ProxyJump gate')
    expect((await ours('m')).hostName).toBe('m')
    canonical('CanonicalizePermittedCNAMEs none')
    expect((await ours('m')).hostName).toBe('m')
  })
})

test('GSSAPI is a wish of the user’s own file, with what it includes, and not of the computer’s', async () => {
  const both = async (own: string, system: string): Promise<boolean> => {
    const files = { own, system, included: 'GSSAPIAuthentication yes' }
    const settings = await hostSettings('m', null, {
      files: [
        { path: 'own', folder },
        { path: 'system', folder },
      ],
      ...{ home: homedir(), localUser: 'ada', environment: {}, resolves: async () => false },
      read: async (path) => files[path as keyof typeof files] ?? null,
      expand: async () => ['included'],
    })
    return settings.wantsGssapi
  }
  expect(await both('GSSAPIAuthentication yes', '')).toBe(true)
  expect(await both('Include x', '')).toBe(true)
  expect(await both('', 'Host *\n  GSSAPIAuthentication yes')).toBe(false)
  expect(await both('GSSAPIAuthentication no', 'GSSAPIAuthentication yes')).toBe(false)
  expect(await both('Match final\n  GSSAPIAuthentication yes', '')).toBe(true)
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
