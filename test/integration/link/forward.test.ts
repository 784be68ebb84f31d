/** A TCP port behind a real sshd by a socket that only this user can open; refusals by what they are. */
import { existsSync, statSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { signalProcess } from '../../site/support/processes.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startLink, type RunningLink } from '../../support/running-link.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let echo: Server
let port: number
const open = new Set<Socket>()

beforeAll(async () => {
  // The second host lets its user do everything but forward.
  servers = await startSshServers({ keyOptions: () => 'no-port-forwarding' })
  echo = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  port = (echo.address() as AddressInfo).port
})
afterAll(async () => {
  for (const socket of open) socket.destroy()
  echo.close()
  await servers.dispose()
})

async function loggedIn(hops = servers.hops.slice(0, 1)): Promise<RunningLink> {
  const link = await startLink({ identityFile: servers.identityFile })
  onTestFinished(() => link.dispose())
  await link.client.request('login', { hops, keys: link.keys, deadlineMs: 20_000 })
  return link
}
const openForward = (link: RunningLink, to = port) =>
  link.client.request('open-forward', { address: '127.0.0.1', port: to, deadlineMs: 10_000 })

/** Sends bytes and waits until as many have come back. */
function roundTrip(path: string, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let back = Buffer.alloc(0)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed')))
    socket.on('data', (chunk: Buffer) => {
      back = Buffer.concat([back, chunk])
      if (back.length < bytes.length) return
      socket.removeAllListeners('close')
      socket.destroy()
      resolve(back)
    })
    socket.write(bytes)
  })
}

test('bytes go both ways, for several at once; the socket is this user’s alone and goes when it is closed', async () => {
  const link = await loggedIn()
  const { forwardId, path } = await openForward(link)
  expect(dirname(dirname(path))).toBe(tmpdir())
  expect(basename(dirname(path))).toMatch(new RegExp(`^vizlink-link-${link.child.pid}-\\w{6}$`))
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const bytes = Buffer.alloc(300_000, 'vizlink ')
  const back = await Promise.all([1, 2, 3].map(() => roundTrip(path, bytes)))
  for (const one of back) expect(one.equals(bytes)).toBe(true)
  await vi.waitUntil(() => open.size === 0, { timeout: 30_000, message: 'the far ends are closed' })
  await link.client.request('close-forward', { forwardId })
  await vi.waitUntil(() => !existsSync(path), { timeout: 30_000, message: 'the socket is gone' })
})

test('no more than eight connections at a time', async () => {
  const link = await loggedIn()
  const { path } = await openForward(link)
  const sockets = Array.from({ length: 12 }, () => connect(path).on('error', () => undefined))
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
  await vi.waitUntil(() => sockets.filter(({ destroyed, closed }) => destroyed || closed).length >= 4, {
    timeout: 30_000,
    message: 'four are refused',
  })
  await vi.waitUntil(() => open.size === 8, { timeout: 30_000, message: 'eight arrive' })
})

test('an address that does not answer', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => gone.once('listening', resolve))
  const { port: unused } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  const failure = await failureOf(openForward(await loggedIn(), unused))
  expect(failure).toMatchObject({
    kind: 'forward-refused',
    reason: 'nothing-there',
    facts: { address: '127.0.0.1', port: unused },
  })
})

test('a host that forwards nothing says so; its commands still run', async () => {
  // The way to it leads through the first host, which forwards.
  const link = await loggedIn(servers.hops)
  const failure = await failureOf(openForward(link))
  expect(failure).toMatchObject({
    kind: 'forward-refused',
    reason: 'login-host',
  })
  const { stdout } = await link.client.request('exec', {
    hopId: null,
    command: { script: 'echo on' },
    deadlineMs: 10_000,
    maximumBytes: 100,
  })
  expect(stdout).toBe('on\n')
})

test('with the link process the socket and its folder go', async () => {
  const link = await loggedIn()
  const { path } = await openForward(link)
  const socket = connect(path)
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await vi.waitUntil(() => open.size > 0, { timeout: 30_000, message: 'connected' })
  await link.client.close()
  await closed
  expect(existsSync(dirname(path))).toBe(false)
})

test('what a link process that is killed leaves is removed by the next one', async () => {
  const killed = await loggedIn()
  const { path } = await openForward(killed)
  signalProcess(killed.child.pid, 'SIGKILL')
  await killed.lost
  expect(existsSync(path)).toBe(true)
  const next = await openForward(await loggedIn())
  expect(existsSync(dirname(path))).toBe(false)
  expect(existsSync(next.path)).toBe(true)
})
