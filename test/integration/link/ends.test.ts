/** Every way in which a link can end: a typed failure in the app, nothing that hangs, nothing left on the node. */
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { descendants, signalProcess } from '../../site/support/processes.ts'
import { kindOf, portsOfNoHost as ports, type RunningLink, startLink } from '../../support/running-link.ts'
import { hopTo, startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let link: RunningLink
let relay: { relayId: string; hopId: string; local: { http: string; rtsp: number } }

beforeEach(async () => {
  servers = await startSshServers()
  link = await startLink({ identityFile: servers.identityFile })
  await link.client.request('login', { hops: [hopTo(servers.login)], keys: link.keys, deadlineMs: 30_000 })
  const { hopId } = await link.client.request('open-hop', { hop: hopTo(servers.node), deadlineMs: 30_000 })
  relay = { hopId, ...(await openRelay(hopId)) }
})
afterEach(async () => {
  await link.dispose()
  await vi.waitUntil(() => servers.remoteProcesses().length === 0, {
    timeout: 30_000,
    message: 'nothing is left on the node',
  })
  await servers.dispose()
})

const openRelay = (hopId: string) =>
  link.client.request('open-relay', { hopId, ports, maximumUnacknowledgedBytes: 1 << 20, deadlineMs: 30_000 })
const exec = (script: string, hopId: string | null = null) =>
  link.client.request('exec', { hopId, command: { script }, deadlineMs: 30_000, maximumBytes: 1000 })
const relayProcess = (): number => {
  const [pid, ...more] = descendants([servers.node.pid() ?? 0], /\/relay-[0-9a-f]{32}$|\/relay-[0-9a-f]{32} /)
  if (pid === undefined || more.length > 0) throw new Error('there is not exactly one relay')
  return pid
}
const isClosed = (way: string | number): Promise<true> =>
  vi.waitUntil(
    () =>
      new Promise<true | null>((resolve) => {
        const socket = typeof way === 'string' ? connect(way) : connect(way, '127.0.0.1')
        socket.once('connect', () => (socket.destroy(), resolve(null)))
        socket.once('error', () => resolve(true))
      }),
    { timeout: 30_000, message: `${way} is closed` },
  )
const relayLost = () => ({ relayId: relay.relayId, failure: { kind: 'link-lost', retryable: true } })
const everythingLost = { relayId: null, failure: { kind: 'link-lost', retryable: true } }

describe('what is lost is reported', () => {
  test('the relay is killed: its link alone is lost, and another can be opened', async () => {
    signalProcess(relayProcess(), 'SIGKILL')
    const loss = await link.lost
    expect(loss).toMatchObject(relayLost())
    expect(JSON.stringify(loss)).toContain('SIGKILL')
    await isClosed(relay.local.http)
    await isClosed(relay.local.rtsp)
    expect(await kindOf(link.client.request('link-facts', { relayId: relay.relayId }))).toBe('link-lost')
    expect((await openRelay(relay.hopId)).relayId).not.toBe(relay.relayId)
  })

  test('the hop is closed: the relay on it is lost, the login stays open', async () => {
    await link.client.request('close-hop', { hopId: relay.hopId })
    expect(await link.lost).toMatchObject(relayLost())
    expect(await kindOf(exec('true', relay.hopId))).toBe('bad-request')
    expect((await exec('echo yes')).stdout).toBe('yes\n')
  })

  test('the relay is closed by us: nothing is reported, and nothing of it stays', async () => {
    let reported = false
    void link.lost.then(() => (reported = true))
    await link.client.request('close-relay', { relayId: relay.relayId })
    await isClosed(relay.local.http)
    await vi.waitUntil(() => servers.relays().length === 0, {
      timeout: 30_000,
      message: 'the relay is gone',
    })
    expect((await exec('echo yes', relay.hopId)).stdout).toBe('yes\n')
    expect(reported).toBe(false)
  })

  test('the node’s SSH server ends: the relay is lost, the login stays open', async () => {
    const running = kindOf(exec('sleep 4', relay.hopId))
    await servers.node.setRunning(false)
    expect(await link.lost).toMatchObject(relayLost())
    expect(await running).toBe('link-lost')
    const again = link.client.request('open-hop', { hop: hopTo(servers.node), deadlineMs: 30_000 })
    expect(await kindOf(again)).toBe('login-unreachable')
    expect((await exec('echo yes')).stdout).toBe('yes\n')
  })

  test('the login host’s SSH server ends: everything is lost at once', async () => {
    const running = kindOf(exec('sleep 4', relay.hopId))
    const whole = new Promise((resolve) =>
      link.client.onLost((relayId, failure) => relayId === null && resolve({ relayId, failure })),
    )
    await servers.login.setRunning(false)
    expect(await whole).toMatchObject(everythingLost)
    expect(await running).toBe('link-lost')
    expect(await kindOf(exec('true'))).toBe('link-lost')
    await isClosed(relay.local.http)
  })

  test('the link process is killed: what was asked fails, the relay ends on the node', async () => {
    const running = kindOf(exec('sleep 2'))
    signalProcess(link.child.pid, 'SIGKILL')
    expect(await link.lost).toMatchObject(everythingLost)
    expect(await running).toBe('link-lost')
    expect(await kindOf(exec('true'))).toBe('link-lost')
    await vi.waitUntil(() => servers.remoteProcesses().length === 0, {
      timeout: 30_000,
      message: 'the relay is gone',
    })
  })
})

describe('what is silent is lost', () => {
  test('a relay that hangs', async () => {
    const pid = relayProcess()
    signalProcess(pid, 'SIGSTOP')
    try {
      expect(await link.lost).toMatchObject(relayLost())
      expect((await exec('echo yes', relay.hopId)).stdout).toBe('yes\n')
    } finally {
      signalProcess(pid, 'SIGKILL')
    }
  })

  test('a login host that hangs', async () => {
    const stopped = descendants([servers.login.pid() ?? 0])
    for (const pid of stopped) signalProcess(pid, 'SIGSTOP')
    try {
      expect((await link.lost).failure.kind).toBe('link-lost')
      await isClosed(relay.local.http)
    } finally {
      for (const pid of stopped) signalProcess(pid, 'SIGKILL')
    }
  })
})
