/** Command lines of `ssh`: what `ssh -G` makes of them, with paths and names that could be taken for something else. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  commandArguments,
  configurationText,
  forwardArguments,
  loginArguments,
  proxyCommandThrough,
  socketArguments,
  type OpensshStart,
} from '../../../../src-main/protocols/openssh/arguments.ts'

let folder: string
let start: OpensshStart
const target = { label: 'mycluster', address: 'login.example', port: 2222, user: 'DOMAIN\\ada' }
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-arguments-'))
  const odd = join(folder, 'a b%c"d')
  mkdirSync(odd)
  const own = join(folder, 'own config')
  writeFileSync(
    own,
    'Host mycluster\n  User other\n  StrictHostKeyChecking no\n  CertificateFile /c\n  LocalForward 1 h:2\n',
  )
  const asking = { askpass: join(odd, 'askpass'), socket: join(odd, 'socket') }
  const configuration = join(folder, 'config')
  writeFileSync(configuration, configurationText(asking, [own]))
  start = {
    program: '/usr/bin/ssh',
    ...{ ...asking, configuration, identityFile: null, controlPath: join(odd, 'ctl'), proxyCommand: null },
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const settings = (words: string[]): Map<string, string> =>
  new Map(
    execFileSync('ssh', ['-G', ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1).join(' ')]),
  )

test('the user’s configuration holds behind ours', () => {
  const seen = settings(loginArguments(target, start))
  expect(Object.fromEntries(seen)).toMatchObject({
    ...{ hostname: 'login.example', port: '2222', user: 'DOMAIN\\ada', stricthostkeychecking: 'true' },
    ...{ certificatefile: '/c', controlmaster: 'true', clearallforwardings: 'yes' },
  })
  expect(seen.get('userknownhostsfile')).toBe('none')
  expect(seen.get('knownhostscommand')).toContain('a b%%c')
})

test('a key file of the profile takes the place of all others', () => {
  const seen = settings(loginArguments(target, { ...start, identityFile: '/my keys/100%' }))
  expect([seen.get('identityfile'), seen.get('identitiesonly')]).toEqual(['/my keys/100%%', 'yes'])
})

test('a socket here leads to one of the host, whatever is in their paths', () => {
  const words = socketArguments(target, start, { own: '/my 100%/s', path: '/tmp/v/socket' })
  expect(settings(words.filter((word) => word !== '-O' && word !== 'forward')).get('localforward')).toBe(
    '/my 100%/s /tmp/v/socket',
  )
})

test('a name that is none of a host is not given to ssh as one', () => {
  for (const label of ['-oProxyCommand=touch x', 'a b', 'x;y', ''])
    expect(loginArguments({ ...target, label }, start).at(-1)).toBe('login.example')
  expect(loginArguments(target, start).slice(-2)).toEqual(['--', 'mycluster'])
})

test('channels never log in by themselves where the login is shared', () => {
  for (const words of [
    commandArguments(target, start, 'true'),
    forwardArguments(target, start, { address: '::1', port: 80 }),
  ])
    expect(words.slice(0, 6)).toEqual([
      '-F',
      'none',
      '-S',
      start.controlPath?.replace('%', '%%'),
      '-o',
      'ProxyCommand=false',
    ])
  expect(forwardArguments(target, start, { address: '::1', port: 80 })).toContain('[::1]:80')
})

test('the way through a host is one that a shell reads back', () => {
  const command = proxyCommandThrough(target, start)
    .replaceAll('%h', 'node')
    .replaceAll('%p', '22')
    .replaceAll('%%', '%')
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
  expect(words).toContain(start.controlPath?.replace('%', '%%'))
  expect(words.slice(-4)).toEqual(['-W', '[node]:22', '--', 'mycluster'])
})
