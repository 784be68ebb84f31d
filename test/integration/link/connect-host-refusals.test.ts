/** `vizlink connect --host` that cannot work: which kind of failure it reports, in which words, with which exit status. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConnectCommand, type ConnectCommand } from './connect-command.ts'

let command: ConnectCommand
beforeAll(async () => {
  command = await startConnectCommand()
})
afterAll(() => command.dispose())

/** An address at which no host listens. */
const noHost = '127.0.0.1:2000'

describe('a run that fails', () => {
  const failing: [string, () => string[], string][] = [
    ['a host that is not there', () => ['--host', noHost], 'host-not-ready'],
    [
      'a host that is not there, behind SSH',
      () => ['--host', noHost, ...command.overSsh(), ...command.keys()],
      'host-not-ready',
    ],
    [
      'the host key of another server',
      () => ['--host', noHost, ...command.overSsh(), '--host-key', command.servers.login.hostKeys[0] ?? ''],
      'host-key-changed',
    ],
    ['a host key that was not named', () => ['--host', noHost, ...command.overSsh()], 'host-key-unknown'],
    [
      'an SSH server that is not there',
      () => ['--host', noHost, '--ssh', 'ada@127.0.0.1:1', '--identity', command.servers.identityFile],
      'login-unreachable',
    ],
    [
      'a user whom the server does not know',
      () => [
        '--host',
        noHost,
        '--ssh',
        `no.such-user@127.0.0.1:${command.servers.node.port}`,
        ...command.keys(),
      ],
      'auth-refused',
    ],
    [
      'a key file that is not there',
      () => [
        '--host',
        noHost,
        '--ssh',
        command.at(command.servers.node),
        '--identity',
        join(command.folder, 'none'),
        ...command.keys(),
      ],
      'bad-profile',
    ],
  ]
  test.concurrent.each(failing)('because of %s', async (_name, args, kind) => {
    const { code, report, stderr } = await command.run(...args(), '--seconds', '60', '--json')
    expect({ code, kind: report?.error?.kind }).toEqual({ code: 1, kind })
    expect(report).toMatchObject({ ok: false, framesReceived: 0, clickToFirstFrameMs: null })
    expect(stderr).toContain(report?.error?.message)
    expect(stderr).toContain(report?.error?.nextStep)
  })

  test('says the same in words alone without --json', async () => {
    const { code, stdout, stderr } = await command.run('--host', noHost, ...command.overSsh())
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/was not confirmed.*\n {2}host: .*\n {2}key shown: ssh-ed25519 SHA256:/)
  })
})

test.each([
  ['no host at all', []],
  ['a name for an address', ['--host', 'localhost:47989']],
  ['a port that leaves no room below', ['--host', '127.0.0.1:80']],
  ['a host in the network without SSH', ['--host', '192.0.2.1:47989']],
  ['an SSH target without a user', ['--host', noHost, '--ssh', 'login.example']],
  ['an SSH target with a shell in it', ['--host', noHost, '--ssh', 'ada@host;id']],
  ['a jump host without a target', ['--host', noHost, '--jump', 'ada@login.example']],
  ['a time that is none', ['--host', noHost, '--seconds', 'soon']],
  ['an option that does not exist', ['--host', noHost, '--shh', 'x']],
])('wrong usage, %s: exit status 2 and a hint', async (_name, args) => {
  const { code, stdout, stderr } = await command.run(...args, '--json')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/--|Usage/)
})
