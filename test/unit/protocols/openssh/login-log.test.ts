/** What is read from the words of `ssh -v`, and which failure follows. Lines as OpenSSH 9.2 writes them. */
import { describe, expect, test } from 'vitest'
import { failureOfOpenssh } from '../../../../src-main/protocols/openssh/login-end.ts'
import { Lines, LoginLog, unescaped } from '../../../../src-main/protocols/openssh/login-log.ts'
import { channelOpenFailure } from '../../../../src-main/protocols/openssh/process-channel.ts'
import { isRecent, releaseOf } from '../../../../src-main/protocols/openssh/program.ts'

const heard = (...lines: string[]): LoginLog => {
  const log = new LoginLog()
  log.hear(lines)
  return log
}
const begun = 'debug1: Connecting to login.example [192.0.2.1] port 22.'
const greeted = 'debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1'
const keyed = 'debug1: SSH2_MSG_NEWKEYS received'
const failure = (log: LoginLog, refusal: Error | null = null) =>
  failureOfOpenssh({ hop: 'login', log, shownKey: 'ssh-ed25519 SHA256:x', refusal }).failure

test('lines are cut wherever the bytes are', () => {
  const lines = new Lines()
  const bytes = Buffer.from('Käse\r\nsecond\nlast')
  expect([...bytes].flatMap((byte) => lines.push(Buffer.of(byte)))).toEqual(['Käse', 'second'])
  expect(lines.end()).toEqual(['last'])
  expect(lines.end()).toEqual([])
})

test('text that ssh wrote in octal digits is text again', () => {
  expect(unescaped('M\\303\\274nchen \\\\303 \\033[1m')).toBe('München \\303 \u001b[1m')
})

test('what a server says is kept apart from what ssh says', () => {
  const log = new LoginLog()
  expect(log.hear([begun, 'Maintenance \\033[31mtoday', 'at noon'])).toBe('Maintenance today\nat noon')
  expect(log.hear(['ada@login: Permission denied (publickey).'])).toBe('')
  expect(log.words.text).toBe('Maintenance today\nat noon')
  expect(log.result).toBe('ada@login: Permission denied (publickey).')
})

test('a ticket that is missing is no word of the server', () => {
  const log = new LoginLog()
  const step = 'debug1: No credentials were supplied, or the credentials were unavailable or inaccessible'
  expect(log.hear([begun, step, 'No Kerberos credentials available', '', 'debug1: Next', 'Welcome'])).toBe(
    'Welcome',
  )
  expect(log.noTicket).toBe('No Kerberos credentials available')
})

test('keys, methods and the wait for a person are noted', () => {
  const log = heard(begun, greeted, keyed)
  log.hear([
    'debug1: Offering public key: /home/ada/.ssh/id ED25519 SHA256:x',
    'debug1: Server accepts key: x',
  ])
  expect(log).toMatchObject({ stage: 'authentication', tried: { keysOffered: 1, proofGiven: true } })
  log.hear(['debug1: Authentications that can continue: publickey,keyboard-interactive'])
  expect(log.tried).toMatchObject({ proofGiven: false, methods: ['publickey', 'keyboard-interactive'] })
  expect(log.waitsForPerson).toBe(false)
  log.hear(['debug1: Next authentication method: keyboard-interactive'])
  expect(log.waitsForPerson).toBe(true)
})

describe('a login that ends', () => {
  test.each<[string, string[], object]>([
    [
      'unknown name',
      [begun, 'ssh: Could not resolve hostname login: Name or service not known'],
      { reason: 'unknown-name' },
    ],
    ['no server', [begun, 'ssh: connect to host login port 22: Connection refused'], { reason: 'no-server' }],
    ['time', [begun, 'ssh: connect to host login port 22: Connection timed out'], { reason: 'unreachable' }],
    ['no route', [begun, 'ssh: connect to host login port 22: No route to host'], { reason: 'unreachable' }],
    [
      'nothing in common',
      [
        begun,
        greeted,
        'Unable to negotiate with 192.0.2.1 port 22: no matching host key type found. Their offer: ssh-dss',
      ],
      { reason: 'nothing-in-common', facts: { hop: 'login', what: 'host key type' } },
    ],
    [
      'another authority',
      [begun, greeted, 'No ED25519 host key is known for login', 'Host key verification failed.'],
      { kind: 'host-key-changed', reason: 'changed' },
    ],
    [
      'configuration',
      ['/c: line 1: Bad configuration option: nosuch'],
      { kind: 'bad-profile', reason: 'openssh-configuration' },
    ],
    [
      'a web server',
      [
        begun,
        'debug1: kex_exchange_identification: banner line 0: HTTP/1.1 400 Bad Request',
        'Connection closed by UNKNOWN port 65535',
      ],
      { reason: 'not-ssh' },
    ],
    [
      'a program',
      [
        'debug1: Executing proxy command: exec nc',
        'sh: 1: nc: not found',
        'Connection closed by UNKNOWN port 65535',
      ],
      { reason: 'proxy-command', facts: { hop: 'login', said: 'sh: 1: nc: not found' } },
    ],
    [
      'too many',
      [
        begun,
        greeted,
        keyed,
        'Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures',
      ],
      { kind: 'auth-refused' },
    ],
    [
      'closed before the greeting',
      [begun, 'Connection closed by 192.0.2.1 port 22'],
      { reason: 'closed-in-greeting' },
    ],
    [
      'closed in key exchange',
      [begun, greeted, 'Connection reset by 192.0.2.1 port 22'],
      { reason: 'closed-in-key-exchange' },
    ],
    [
      'closed later',
      [begun, greeted, keyed, 'Connection closed by 192.0.2.1 port 22'],
      { reason: 'closed-in-authentication' },
    ],
    [
      'an account rule',
      [
        begun,
        greeted,
        keyed,
        'debug1: Server accepts key: x',
        'no active jobs here',
        'Connection closed by 192.0.2.1 port 22',
      ],
      { kind: 'auth-refused', reason: 'not-admitted', facts: { hop: 'login', said: 'no active jobs here' } },
    ],
  ])('%s', (_name, lines, expected) => {
    expect(failure(heard(...lines))).toMatchObject({ kind: 'login-unreachable', ...expected })
  })

  test('behind a host that forwards nothing', () => {
    const log = heard('debug1: Executing proxy command: exec ssh', 'Connection closed by UNKNOWN port 65535')
    const reason = (said: string) => failure(log, channelOpenFailure(said)).reason
    expect(reason('administratively prohibited: open failed')).toBe('forward-prohibited')
    expect(reason('connect failed: Connection refused')).toBe('unreachable-from-hop')
    expect(reason('resource shortage')).toBe('channel-refused')
  })
})

test('releases by which a login can be made', () => {
  const said = [
    'OpenSSH_9.2p1 Debian-2',
    'OpenSSH_for_Windows_8.6p1',
    'OpenSSH_8.4p1',
    'OpenSSH_10.0p2',
    'Dropbear',
  ]
  expect(said.map((text) => releaseOf(text)).map((one) => one && isRecent(one))).toEqual([
    true,
    true,
    false,
    true,
    null,
  ])
})
