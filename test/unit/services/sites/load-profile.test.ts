/** A site profile is loaded, or refused with a sentence that names the field. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadProfile } from '../../../../src-main/services/sites/load-profile.ts'
import { selfSigned } from '../../../support/certificates.ts'
import { failureOf } from '../../../support/failure-of.ts'

type Json = Record<string, unknown>

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-profile-test-'))
  path = join(folder, 'site.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const smallest = (): Json => ({
  version: 1,
  id: 'site',
  name: 'Site',
  portal: { origin: 'https://portal.example' },
  ssh: { loginHost: { address: 'login.example' }, nodes: {} },
})

/** The smallest profile with one field changed; `undefined` takes it away. */
function changed(field: string, value: unknown): Json {
  const profile = smallest()
  const keys = field.split('.')
  let place: Json = profile
  for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Json
  place[keys.at(-1) ?? ''] = value
  return profile
}

const write = (content: string | Buffer | Json): void =>
  writeFileSync(
    path,
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  )

async function refusal(): Promise<string> {
  const failure = await failureOf(loadProfile(path))
  expect(failure).toMatchObject({
    kind: 'bad-profile',
    retryable: false,
    evidence: [{ label: 'file', value: path }, { label: 'reason' }],
  })
  return failure.evidence[1]?.value ?? ''
}

test.each(['first.last', 'user@domain', 'Ada', '4711', 'DOMAIN\\user', 'x'.repeat(64), 'müller'])(
  'B14 %s is a user name for SSH and for the portal',
  async (name) => {
    for (const field of ['ssh.user', 'portal.user']) {
      write(changed(field, name))
      const { profile } = await loadProfile(path)
      expect(field === 'ssh.user' ? profile.ssh.user : profile.portal?.user).toBe(name)
    }
  },
)

test('B14 a portal’s name is text, with blanks too', async () => {
  write(changed('portal.user', 'Ada Lovelace (HPC)'))
  expect((await loadProfile(path)).profile.portal?.user).toBe('Ada Lovelace (HPC)')
})

test.each([
  'ssh-ed25519 AAAA',
  'login.example ssh-ed25519 AAAA',
  '[login.example]:2222 ssh-ed25519 AAAA',
  'login.example,10.0.0.1\tssh-ed25519\tAAAA',
])('a host key as ssh-keyscan prints it: %s', async (line) => {
  write(changed('ssh.loginHost.hostKeys', [line]))
  expect((await loadProfile(path)).profile.ssh.loginHost.hostKeys).toEqual(['ssh-ed25519 AAAA'])
})

test('the smallest profile has every default', async () => {
  write(smallest())
  const { profile, portalCa, identityFile } = await loadProfile(path)
  expect([portalCa, identityFile]).toEqual([null, null])
  expect(profile).toMatchObject({
    portal: { testLoginGroups: [] },
    ssh: {
      channel: 'auto',
      loginHost: { hostKeys: [] },
      jumpHosts: [],
      nodes: { port: 22, hostKeys: [], byName: {} },
    },
    slurm: { partition: 'viz', jobSeconds: 28_800 },
    pairing: 'claim',
    limits: { queueSeconds: 1800, hostReadySeconds: 1800 },
  })
})

describe('each rule names its field', () => {
  test.each<[string, unknown]>([
    ['version', 2],
    ['version', undefined],
    ['id', ''],
    ['id', 'Site'],
    ['id', '../x'],
    ['id', 'a'.repeat(65)],
    ['name', ''],
    ['name', 'n'.repeat(81)],
    ['portal', {}],
    ['portal.origin', 'portal.example'],
    ['portal.origin', 'ftp://portal.example'],
    ['portal.origin', undefined],
    ['portal.caFile', 5],
    ['portal.moonlightUrl', 'file:///etc/passwd'],
    ['portal.dashboardUrl', '/api'],
    ['portal.authUrl', 'javascript:1'],
    ['portal.caeUrl', ''],
    ['portal.webSocketUrl', 'https://portal.example/ws'],
    ['portal.user', 'a\nb'],
    ['portal.user', 'a'.repeat(257)],
    ['portal.user', ''],
    ['portal.testLoginGroups', 'HPC-Admins'],
    ['portal.testLoginGroups', Array(21).fill('g')],
    ['portal.imageId', 'i'.repeat(65)],
    ['ssh', null],
    ['ssh.user', 'root;'],
    ['ssh.user', 'a b'],
    ['ssh.user', '-oProxyCommand=x'],
    ['ssh.user', 'DOMAIN\\'],
    ['ssh.user', '$(id)'],
    ['ssh.loginHost', undefined],
    ['ssh.loginHost.address', ''],
    ['ssh.loginHost.address', 'a'.repeat(254)],
    ['ssh.loginHost.port', 0],
    ['ssh.loginHost.port', 65_536],
    ['ssh.loginHost.port', 22.5],
    ['ssh.loginHost.port', '22'],
    ['ssh.loginHost.hostKeys.0', 'AAAA'],
    ['ssh.nodes', undefined],
    ['ssh.nodes.port', -1],
    ['ssh.nodes.hostKeys.0', `ssh-ed25519 ${'A'.repeat(8)}\nmore`],
    ['ssh.nodes.byName.n1', { address: 5 }],
    ['ssh.identityFile', 5],
    ['ssh.jumpHosts', [{}]],
    ['ssh.jumpHosts', Array(9).fill({ address: 'gate' })],
    ['ssh.proxy', 'ftp://proxy.example'],
    ['ssh.proxy', 'socks5://ada:secret@proxy.example'],
    ['ssh.channel', 'telnet'],
    ['slurm.partition', 'p'.repeat(65)],
    ['slurm.jobSeconds', 0],
    ['slurm.jobSeconds', 1.5],
    ['pairing', 'none'],
    ['hostCertificate', 'relative.pem'],
    ...['$(id)', '`id`', "a'b", 'a"b', 'a b', 'a;b', 'a|b', 'a>b', 'a\nb', '~x', '{home}', 'a*'].map(
      (name): [string, unknown] => ['hostCertificate', `/var/${name}.pem`],
    ),
    ['limits.queueSeconds', -1],
    ['limits.hostReadySeconds', 1e12],
  ])('%s: %j', async (field, value) => {
    const keys = field.replace(/\.0$/, '')
    write(changed(keys, keys === field ? value : [value]))
    expect(await refusal()).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}(\\.\\w+)*: .{5,}`))
  })

  test.each([
    ['top level', 'colour'],
    ['portal', 'portal.password'],
    ['ssh', 'ssh.port'],
    ['ssh.loginHost', 'ssh.loginHost.user'],
    ['ssh.nodes', 'ssh.nodes.address'],
    ['slurm', 'slurm.account'],
    ['limits', 'limits.seconds'],
  ])('%s knows no other fields: %s', async (place, field) => {
    write(changed(field, 'x'))
    const reason = await refusal()
    expect(reason).toContain(`${place}: `)
    expect(reason).toContain(`"${field.split('.').at(-1)}"`)
  })

  test('all that is wrong is reported, in bounds', async () => {
    write({ ...changed('id', 'X'), name: '' })
    expect(await refusal()).toMatch(/^id: .*; name: /)
    write(
      changed('ssh.nodes.byName', Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`n${at}`, 5]))),
    )
    expect(await refusal()).toMatch(/; and 95 more$/)
  })
})

describe('files', () => {
  test('named in it lie beside it or anywhere', async () => {
    const { cert } = await selfSigned()
    mkdirSync(join(folder, 'keys'))
    writeFileSync(join(folder, 'keys', 'ca.pem'), cert)
    write({
      ...changed('portal.caFile', 'keys/ca.pem'),
      ssh: { ...(smallest().ssh as Json), identityFile: '../id' },
    })
    expect(await loadProfile(path)).toMatchObject({ portalCa: cert, identityFile: join(folder, '..', 'id') })
    write({ ...changed('portal.caFile', join(folder, 'keys', 'ca.pem')) })
    expect(await loadProfile(path)).toMatchObject({ portalCa: cert, identityFile: null })
  })

  test('in the home folder', async () => {
    for (const [file, meant] of [
      ['~/.ssh/id_ed25519', join(homedir(), '.ssh/id_ed25519')],
      ['~other/id', join(folder, '~other/id')],
      ['a~/id', join(folder, 'a~/id')],
    ]) {
      write({ ...smallest(), ssh: { ...(smallest().ssh as Json), identityFile: file } })
      expect((await loadProfile(path)).identityFile).toBe(meant)
    }
  })

  test.each<[string, unknown, string]>([
    ['portal.proxy', 'http://ada:secret@proxy.example', 'no credentials: a profile holds no secret'],
    ['portal.proxy', 'socks4://proxy.example', 'an http, https or socks5 URL'],
    ['portal.oidc', { issuer: 'http://id.example', clientId: 'x' }, 'an https URL'],
    ['portal.oidc', { issuer: 'http://localhost.evil.example', clientId: 'x' }, 'an https URL'],
    [
      'portal.oidc',
      { issuer: 'https://id.example', clientId: 'x', exchange: '//evil.example' },
      'a path at the portal',
    ],
    [
      'portal.oidc',
      { issuer: 'https://id.example', clientId: 'x', exchange: 'https://evil.example' },
      'a path at the portal',
    ],
  ])('%s that cannot be: %j', async (field, value, words) => {
    write(changed(field, value))
    expect(await refusal()).toContain(words)
  })

  test('of the authority that cannot be used', async () => {
    write(changed('portal.caFile', 'ca.pem'))
    expect(await refusal()).toBe(`portal.caFile: ${join(folder, 'ca.pem')}: there is no such file`)
    for (const content of [
      '',
      'no certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    ]) {
      writeFileSync(join(folder, 'ca.pem'), content)
      expect(await refusal()).toContain('holds no certificate')
    }
    writeFileSync(join(folder, 'ca.pem'), Buffer.from([0xff, 0xfe, 0x80]))
    expect(await refusal()).toContain('it is no text')
  })

  test('that begin with a byte order mark are read', async () => {
    write(`\ufeff${JSON.stringify(smallest())}`)
    expect((await loadProfile(path)).profile.id).toBe('site')
  })

  test.each<[string, string | Buffer, RegExp]>([
    ['empty', '', /^it is no JSON/],
    ['cut off', '{"version":1,', /^it is no JSON/],
    ['with comments', '// a comment\n{}', /^it is no JSON/],
    ['a list', '[]', /^top level: /],
    ['null', 'null', /^top level: /],
    ['bytes', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x80, 0xff]), /^it is no text/],
    ['UTF-16', Buffer.from(JSON.stringify(smallest()), 'utf16le'), /^it is no/],
  ])('%s', async (_what, content, reason) => {
    write(content)
    expect(await refusal()).toMatch(reason)
  })

  test('too large, without reading it', async () => {
    write('')
    truncateSync(path, 64 * 1024 ** 3)
    expect(await refusal()).toBe('it is too large')
  })

  test('that are none', async () => {
    expect(await refusal()).toBe('there is no such file')
    mkdirSync(path)
    expect(await refusal()).toBe('it is no file')
    rmSync(path, { recursive: true })
    // Reading it would never end.
    symlinkSync('/dev/zero', path)
    expect(await refusal()).toBe('it is no file')
  })

  test('that others must not read are distinguished from missing ones', async () => {
    write(smallest())
    chmodSync(path, 0o000)
    // Root may read everything: it takes another user's place for a moment.
    const root = process.geteuid?.() === 0
    chmodSync(folder, 0o755)
    if (root) process.seteuid?.(65_534)
    try {
      expect(await refusal()).toBe('you may not read it')
    } finally {
      if (root) process.seteuid?.(0)
    }
  })
})

test('a job template whose lines end as on Windows is one that sbatch takes', async () => {
  writeFileSync(join(folder, 'job.sh'), '\ufeff#!/bin/sh\r\nexec sunshine\r\n')
  write(changed('slurm.jobTemplate', 'job.sh'))
  expect((await loadProfile(path)).jobTemplate).toBe('#!/bin/sh\nexec sunshine\n')
})
