/** Logins by the system's `ssh` where it cannot share a connection, as on Windows: each channel has a login of its own. */
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Deadlines } from '../../../src-main/link-process/deadlines.ts'
import { HostShells } from '../../../src-main/link-process/host-shells.ts'
import { OpensshLogin } from '../../../src-main/link-process/openssh-login.ts'
import { PrivateSockets } from '../../../src-main/link-process/private-sockets.ts'
import type { HopQuestions } from '../../../src-main/protocols/ssh/connect.ts'
import type { SshConnection } from '../../../src-main/protocols/ssh/connection.ts'
import { opensshInput } from './openssh-input.ts'
import { hopTo, startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let sockets: PrivateSockets
const open: SshConnection[] = []
const deadlines = new Deadlines()
const timer = () => deadlines.start(30_000)
beforeAll(async () => {
  servers = await startSshServers()
  sockets = new PrivateSockets()
})
afterAll(async () => {
  sockets.close()
  await servers.dispose()
})
afterEach(async () => {
  for (const connection of open.splice(0).toReversed()) {
    const closed = new Promise<void>((resolve) => connection.on('close', resolve))
    connection.end()
    await closed
  }
})

const questions: HopQuestions = {
  verifyHostKey: async () => false,
  sign: async () => null,
  answerPrompts: async () => null,
  notice: () => undefined,
}

async function connect(through: SshConnection | null, server: SshServers['login']): Promise<SshConnection> {
  const settings = opensshInput(servers.directory, servers.identityFile)
  const login = new OpensshLogin(settings, sockets, questions, false)
  const connection = await login.connect(hopTo(server), through, timer())
  open.push(connection)
  return connection
}

const logins = (name: string): number =>
  readFileSync(join(servers.directory, name, 'sshd.log'), 'utf8').split('Accepted publickey ').length - 1

test('commands run, each channel in a login of its own, also behind a jump host', async () => {
  const first = await connect(null, servers.login)
  const connection = await connect(first, servers.node)
  const shells = new HostShells(connection, {
    ...{ name: 'node', startTimer: timer, logInAgain: null, known: null },
  })
  const command = { script: 'echo "$SSH_CONNECTION"' }
  const { stdout } = await shells.run({ command, step: null, deadlineMs: 30_000, maximumBytes: 1000 })
  expect(stdout.trim().split(' ').at(-1)).toBe(String(servers.node.port))
  expect(logins('node')).toBe(2)
})

test('a port is reached, and one without a server is refused', async () => {
  const connection = await connect(null, servers.login)
  const forward = (port: number): Promise<Duplex> =>
    new Promise((resolve, reject) => {
      connection.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, channel) =>
        error ? reject(error) : resolve(channel),
      )
    })
  const echo = createServer((socket) => socket.pipe(socket))
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void echo.close())
  const channel = await forward((echo.address() as AddressInfo).port)
  channel.end('ping')
  expect(String((await once(channel, 'data'))[0])).toBe('ping')
  await once(channel, 'close')
  await expect(forward(1)).rejects.toMatchObject({ reason: 2 })
})
