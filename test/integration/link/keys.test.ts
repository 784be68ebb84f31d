/** Keys of every usual type, from a file and from a real SSH agent, at a real OpenSSH server. */
import { appendFile, chmod, copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSshServer } from '../../site/ssh/index.ts'
import { runCommand, startDaemon, waitUntil, type Daemon } from '../../site/support/processes.ts'
import { failureOf } from '../../support/failure-of.ts'
import { kindOf, startLink, type RunningLinkOptions } from '../../support/running-link.ts'
import { startScriptedSshServer } from '../../support/scripted-ssh-server.ts'
import { hopTo, startSshServers, type SshServers } from '../../support/ssh-servers.ts'

const types = ['ed25519', 'rsa', 'ecdsa'] as const
let servers: SshServers
let agent: Daemon
const file = (name: string): string => join(servers.directory, name)

async function command(program: string, ...args: string[]): Promise<void> {
  const environment = { ...process.env, SSH_AUTH_SOCK: file('agent.sock') }
  const { code, stderr } = await runCommand(program, args, { environment })
  if (code !== 0) throw new Error(`${program}: ${stderr}`)
}

const makeKey = (name: string, type: string, passphrase = ''): Promise<void> =>
  command('ssh-keygen', '-q', '-t', type, '-N', passphrase, '-f', file(name))

beforeAll(async () => {
  servers = await startSshServers()
  agent = startDaemon('ssh-agent', ['-D', '-a', file('agent.sock')], { logFile: file('agent.log') })
  for (const type of types) {
    await makeKey(type, type)
    await appendFile(join(servers.directory, 'login', 'authorized_keys'), await readFile(file(`${type}.pub`)))
  }
  await waitUntil('the agent answers', async () => {
    const { code } = await runCommand('ssh-add', ['-l'], {
      environment: { ...process.env, SSH_AUTH_SOCK: file('agent.sock') },
    })
    return code === 1 // "The agent has no identities."
  })
})
afterAll(async () => {
  await agent.stop()
  await servers.dispose()
})

const loginWith = (options: RunningLinkOptions): Promise<string> => kindOf(login(options))

async function login(options: RunningLinkOptions): Promise<null> {
  const link = await startLink(options)
  try {
    const { keys, unusableKeys } = link
    const input = { hops: [hopTo(servers.login)], keys, unusableKeys, deadlineMs: 30_000 }
    return await link.client.request('login', input)
  } finally {
    await link.dispose()
  }
}

describe.each(types)('a key of type %s', (type) => {
  test('in a file', async () => {
    expect(await loginWith({ identityFile: file(type) })).toBe('none')
  })

  test('in an agent, where it comes after one that the server does not know', async () => {
    await command('ssh-add', '-D')
    await makeKey(`stranger-${type}`, 'ed25519')
    await command('ssh-add', file(`stranger-${type}`), file(type))
    const options = { identityFile: null, agentSocket: file('agent.sock') }
    expect(await loginWith(options)).toBe('none')
  })
})

test('an agent that is gone offers no key', async () => {
  expect(await loginWith({ identityFile: null, agentSocket: file('no-agent.sock') })).toBe('auth-refused')
})

test.each(['rsa-sha2-256', 'rsa-sha2-512'])('B24 a server that takes %s alone', async (algorithm) => {
  const strict = await startSshServer({
    directory: file(`strict-${algorithm}`),
    authorizedKey: (await readFile(file('rsa.pub'), 'utf8')).trim(),
    environment: process.env,
    loginEnvironment: {},
    settings: [`PubkeyAcceptedAlgorithms ${algorithm}`],
  })
  const link = await startLink({ identityFile: file('rsa') })
  try {
    const input = { hops: [hopTo(strict)], keys: link.keys, deadlineMs: 30_000 }
    expect(await kindOf(link.client.request('login', input))).toBe('none')
  } finally {
    await link.dispose()
    await strict.dispose()
  }
})

test('B24 a server with an RSA host key alone', async () => {
  const strict = await startSshServer({
    directory: file('rsa-host'),
    authorizedKey: (await readFile(file('ed25519.pub'), 'utf8')).trim(),
    environment: process.env,
    loginEnvironment: {},
    settings: [`HostKey ${file('rsa')}`, 'HostKeyAlgorithms rsa-sha2-512'],
  })
  const hostKeys = [(await readFile(file('rsa.pub'), 'utf8')).trim()]
  const link = await startLink({ identityFile: file('ed25519') })
  try {
    const input = { hops: [hopTo(strict, hostKeys)], keys: link.keys, deadlineMs: 30_000 }
    expect(await kindOf(link.client.request('login', input))).toBe('none')
  } finally {
    await link.dispose()
    await strict.dispose()
  }
})

describe('an agent with many keys', () => {
  const many = Array.from({ length: 8 }, (_, index) => `many-${index}`)
  const inAgent = (): RunningLinkOptions => ({ identityFile: null, agentSocket: file('agent.sock') })
  beforeAll(async () => {
    for (const name of many) await makeKey(name, 'ed25519')
    await copyFile(file('ed25519'), file('many-7'))
    await copyFile(file('ed25519.pub'), file('many-7.pub'))
  })
  beforeEach(async () => {
    await command('ssh-add', '-D')
    await command('ssh-add', ...many.map(file))
  })

  test('B15 the eighth is right: five are tried, and the failure says that three were not', async () => {
    const failure = await failureOf(login(inAgent()))
    expect(failure).toMatchObject({
      kind: 'auth-refused',
      reason: 'keys-left',
      facts: { offered: 5, all: 8 },
    })
  })

  test('B15 none is right: the password is asked for while the server still listens', async () => {
    let refusals = 0
    const server = await startScriptedSshServer(file('strict_host_key'), (context) => {
      if (context.method === 'password') return context.accept()
      // MaxAuthTries, as OpenSSH presets it.
      if (context.method === 'publickey') refusals++
      if (refusals < 6) context.reject(['publickey', 'password'])
    })
    const link = await startLink({ ...inAgent(), answerPrompts: async () => ['secret'] })
    try {
      const input = { hops: [hopTo(server)], keys: link.keys, deadlineMs: 30_000 }
      expect(await kindOf(link.client.request('login', input))).toBe('none')
      expect(server.tried).toEqual(['none', ...Array<string>(5).fill('publickey'), 'password'])
    } finally {
      await link.dispose()
      server.close()
    }
  })

  test('B15 the eighth is right, and named by its public key file', async () => {
    expect(await loginWith({ ...inAgent(), identityFile: file('many-7.pub') })).toBe('none')
  })

  test('B16 a key that is encrypted in its file, and unlocked in the agent, needs no passphrase', async () => {
    await command('ssh-keygen', '-q', '-p', '-N', 'secret', '-f', file('many-7'))
    expect(await loginWith({ ...inAgent(), identityFile: file('many-7') })).toBe('none')
  })
})

test('B16 an encrypted key file: the passphrase is asked for', async () => {
  await copyFile(file('ed25519'), file('locked'))
  await command('ssh-keygen', '-q', '-p', '-N', 'secret', '-f', file('locked'))
  const asked: string[] = []
  const askPassphrase = async (path: string): Promise<string> => {
    asked.push(path)
    return 'secret'
  }
  expect(await loginWith({ identityFile: file('locked'), askPassphrase })).toBe('none')
  expect(asked).toEqual([file('locked')])
})

test('B25 a certificate in the agent is named, where it is what the server wants', async () => {
  await makeKey('ca', 'ed25519')
  await makeKey('certified', 'ed25519')
  await command('ssh-keygen', '-q', '-s', file('ca'), '-I', 'ada', file('certified.pub'))
  await command('ssh-add', '-D')
  await command('ssh-add', file('certified'))
  const failure = await failureOf(login({ identityFile: null, agentSocket: file('agent.sock') }))
  expect(failure).toMatchObject({ kind: 'auth-refused', reason: 'keys-unusable' })
  expect(failure.facts.keys).toMatch(/^ssh-ed25519-cert-v01@openssh\.com /)
})

describe('a key file that cannot be used', () => {
  const wrong: [string, string, (path: string) => Promise<void>][] = [
    ['is missing', 'there is no such file', async () => undefined],
    ['is no key', 'Unsupported key format', (path) => writeFile(path, 'ssh-nothing AAAA', { mode: 0o600 })],
    [
      'is open to others',
      'others may read it',
      async (path) => {
        await copyFile(file('ed25519'), path)
        await chmod(path, 0o640)
      },
    ],
    [
      'is the public half of a key that no agent holds',
      'public key',
      async (path) => {
        await copyFile(file('ed25519.pub'), path)
        await chmod(path, 0o600)
      },
    ],
    ['is much too large', 'no such file', (path) => writeFile(path, Buffer.alloc(1 << 20), { mode: 0o600 })],
  ]
  test.each(wrong.map((entry, index) => [...entry, index] as const))(
    '%s',
    async (_name, reason, make, index) => {
      const path = file(`wrong-${index}`)
      await make(path)
      const failure = await startLink({ identityFile: path }).then(
        (link) => link.dispose(),
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({ failure: { kind: 'bad-profile' } })
      expect(JSON.stringify(failure)).toContain(reason)
    },
  )
})
