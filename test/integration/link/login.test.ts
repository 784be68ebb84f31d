/** Logins by real link processes at real OpenSSH servers. */
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Hop, OfferedKey } from '../../../src-main/link-process/messages.ts'
import { kindOf, startLink, type RunningLink, type RunningLinkOptions } from '../../support/running-link.ts'
import { hopTo, hostKeyQuestion, startSshServers, type SshServers } from '../../support/ssh-servers.ts'
import { makeKeyPair } from '../../site/ssh/index.ts'

let servers: SshServers
const links: RunningLink[] = []
beforeAll(async () => {
  servers = await startSshServers()
})
afterAll(() => servers.dispose())
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.dispose()))
})

async function linkWith(options: Partial<RunningLinkOptions> = {}): Promise<RunningLink> {
  const link = await startLink({ identityFile: servers.identityFile, ...options })
  links.push(link)
  return link
}

const login = (
  link: RunningLink,
  hops: Hop[],
  { keys = link.keys, deadlineMs = 30_000 }: { keys?: OfferedKey[]; deadlineMs?: number } = {},
): Promise<null> => link.client.request('login', { hops, keys, deadlineMs })

const run = (link: RunningLink, script: string): Promise<{ stdout: string }> =>
  link.client.request('exec', { hopId: null, command: { script }, deadlineMs: 30_000, maximumBytes: 10_000 })

describe('a login', () => {
  test('goes through a jump host to the node, without a question', async () => {
    const link = await linkWith()
    await login(link, servers.hops)
    const { stdout } = await run(link, 'echo "$SSH_CONNECTION"')
    expect(stdout.trim().split(' ').at(-1)).toBe(String(servers.node.port))
    expect(link.asked).toEqual([])
  })

  test('reaches a further host through the standing one, and leaves it alone', async () => {
    const link = await linkWith()
    await login(link, [hopTo(servers.login)])
    const { hopId } = await link.client.request('open-hop', { hop: hopTo(servers.node), deadlineMs: 30_000 })
    const there = await link.client.request('exec', {
      hopId,
      command: { script: 'echo "$SSH_CONNECTION"' },
      deadlineMs: 30_000,
      maximumBytes: 1000,
    })
    expect(there.stdout.trim().split(' ').at(-1)).toBe(String(servers.node.port))
    await link.client.request('close-hop', { hopId })
    expect((await run(link, 'echo still here')).stdout).toBe('still here\n')
  })

  test('is not made twice in one process', async () => {
    const link = await linkWith()
    await login(link, [hopTo(servers.login)])
    expect(await kindOf(login(link, [hopTo(servers.login)]))).toBe('bad-request')
  })
})

describe('the host key', () => {
  test('of another server than listed stops the login before a key is offered', async () => {
    let signatures = 0
    const link = await linkWith({ sign: async () => (signatures++, null) })
    expect(await kindOf(login(link, [hopTo(servers.login, servers.node.hostKeys)]))).toBe('host-key-changed')
    expect({ signatures, asked: link.asked }).toEqual({ signatures: 0, asked: [] })
  })

  test('changed on the node behind the jump host is reported as that, with the key shown', async () => {
    await servers.node.setOtherHostKey(true)
    try {
      const link = await linkWith()
      const failure = await login(link, servers.hops).catch((error: unknown) => error)
      expect(failure).toMatchObject({ failure: { kind: 'host-key-changed', retryable: false } })
      expect(JSON.stringify(failure)).toContain('SHA256:')
    } finally {
      await servers.node.setOtherHostKey(false)
    }
  })

  test('of another type than listed counts as changed, not as unreachable', async () => {
    const rsa = `ssh-rsa ${Buffer.from('0000000773736872736100', 'hex').toString('base64')}`
    const link = await linkWith()
    expect(await kindOf(login(link, [hopTo(servers.login, [rsa])]))).toBe('host-key-changed')
  })

  test('that is not listed is shown and, once confirmed, used', async () => {
    const link = await linkWith({ verifyHostKey: async () => true })
    await login(link, [hopTo(servers.login, []), hopTo(servers.node)])
    expect(link.asked).toEqual([hostKeyQuestion(servers.login)])
  })

  test('that is neither listed nor confirmed stops the login', async () => {
    const link = await linkWith({ verifyHostKey: async () => false })
    expect(await kindOf(login(link, [hopTo(servers.login, [])]))).toBe('host-key-unknown')
  })

  test('question ends with the app, and so does the process', async () => {
    let asked: () => void = () => undefined
    const question = new Promise<void>((resolve) => (asked = resolve))
    const link = await linkWith({ verifyHostKey: () => (asked(), new Promise(() => undefined)) })
    const outcome = kindOf(login(link, [hopTo(servers.login, [])]))
    await question
    await link.dispose()
    expect(await outcome).toBe('link-lost')
    expect(await link.child.exited).toMatchObject({ code: 0 })
  })
})

describe('the deadline', () => {
  test('is paused while a question is open', async () => {
    const deadlineMs = 3000
    const link = await linkWith({
      verifyHostKey: async () => {
        await delay(deadlineMs * 2)
        return true
      },
    })
    await login(link, [hopTo(servers.login, [])], { deadlineMs })
    expect((await run(link, 'echo in')).stdout).toBe('in\n')
  })

  test('ends a login at a server that says nothing', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const link = await linkWith()
    const hop = { ...hopTo(servers.login), port }
    expect(await kindOf(login(link, [hop], { deadlineMs: 500 }))).toBe('deadline-exceeded')
    silent.close()
  })
})

describe('a login that cannot be', () => {
  test('a port without a listener is unreachable, on the way and at its end', async () => {
    const closedPort = { ...hopTo(servers.login), port: 1 }
    expect(await kindOf(login(await linkWith(), [closedPort]))).toBe('login-unreachable')
    expect(await kindOf(login(await linkWith(), [hopTo(servers.login), closedPort]))).toBe(
      'login-unreachable',
    )
  })

  test.each([
    ['a name that does not exist', { address: 'no-such-host.invalid' }, 'login-unreachable'],
    ['a user who does not exist', { user: 'vizlink-no-such-user' }, 'auth-refused'],
  ])('%s', async (_name, change, kind) => {
    const link = await linkWith()
    expect(await kindOf(login(link, [{ ...hopTo(servers.login), ...change }]))).toBe(kind)
  })

  test('a server that is no SSH server', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    expect(await kindOf(login(await linkWith(), [{ ...hopTo(servers.login), port }]))).toBe(
      'login-unreachable',
    )
    other.close()
  })

  test.each(['login', 'node'] as const)('a key that the %s does not accept', async (name) => {
    await servers[name].setKeyAccepted(false)
    try {
      expect(await kindOf(login(await linkWith(), servers.hops))).toBe('auth-refused')
    } finally {
      await servers[name].setKeyAccepted(true)
    }
  })

  test('no key at all', async () => {
    expect(await kindOf(login(await linkWith({ identityFile: null }), [hopTo(servers.login)]))).toBe(
      'auth-refused',
    )
  })

  test('a signature that the user does not give', async () => {
    const link = await linkWith({ sign: async () => null })
    expect(await kindOf(login(link, [hopTo(servers.login)]))).toBe('auth-refused')
  })

  test('more keys than the server has patience for is a refusal, not a broken network', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `${servers.directory}/spare-${index}`)
    const spare = await Promise.all(names.map((name) => makeKeyPair(name)))
    const link = await linkWith()
    const keys = spare.map((publicKey) => ({ publicKey }))
    expect(await kindOf(login(link, [hopTo(servers.login)], { keys }))).toBe('auth-refused')
  })
})

test('a key whose use the user declines is passed over for the next one', async () => {
  const declined = await makeKeyPair(`${servers.directory}/declined`)
  const link = await linkWith()
  await login(link, [hopTo(servers.login)], { keys: [{ publicKey: declined }, ...link.keys] })
  expect((await run(link, 'echo in')).stdout).toBe('in\n')
})
