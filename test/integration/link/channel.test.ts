/** A page joined with a TCP port behind a real sshd by the link process: bytes, back-pressure, ends, refusals. */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { pagePort } from '../../../src-main/link-process/page-stream.ts'
import { electronLikePort } from '../../support/electron-like-port.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startLink, type RunningLink } from '../../support/running-link.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let link: RunningLink
/** Channels that have ended, and whether their far end closed them. */
const ended = new Map<string, boolean>()
let shell: HttpServer
let attach: (upgrade: { headers: Record<string, string>; head: Buffer }, socket: Socket) => boolean
beforeAll(async () => {
  // The second host lets its user do everything but forward.
  servers = await startSshServers({ keyOptions: () => 'no-port-forwarding' })
  link = await startLink({ identityFile: servers.identityFile })
  const hops = servers.hops.slice(0, 1)
  await link.client.request('login', { hops, keys: link.keys, deadlineMs: 20_000 })
  shell = createHttpServer()
  shell.on('upgrade', ({ headers }, socket, head) => {
    const kept = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    )
    if (!attach({ headers: Object.fromEntries(kept) as Record<string, string>, head }, socket as Socket))
      socket.destroy()
  })
  await new Promise<void>((resolve) => shell.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  shell.closeAllConnections()
  shell.close()
  await link.dispose()
  await servers.dispose()
})

/** In the place of the VNC server: accepts one connection. */
async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function openChannel(port: number, hopId: string | null = null): Promise<{ channelId: string }> {
  const opened = Promise.withResolvers<string>()
  const input = { hopId, address: '127.0.0.1', port, deadlineMs: 10_000 }
  const onEnded = (byFarEnd: boolean) => void opened.promise.then((id) => ended.set(id, byFarEnd))
  const channelId = await link.client.openChannel(input, onEnded)
  opened.resolve(channelId)
  return { channelId }
}

/** A page's WebSocket on a channel, and what comes by it. */
async function openPage(channelId: string): Promise<{ page: WebSocket; seen: Seen }> {
  attach = (upgrade, socket) => link.client.attachSocket(channelId, upgrade, socket)
  const page = new WebSocket(`ws://127.0.0.1:${(shell.address() as AddressInfo).port}/`)
  page.on('error', () => undefined)
  onTestFinished(() => page.terminate())
  // Bytes may follow the answer at once.
  const seen = collect(page)
  await new Promise((resolve, reject) => page.once('open', resolve).once('close', reject))
  return { page, seen }
}

interface Seen {
  bytes(): number
  all(): Buffer
}

function collect(page: WebSocket): Seen {
  const parts: Buffer[] = []
  page.on('message', (data) => parts.push(data as Buffer))
  return {
    bytes: () => parts.reduce((sum, part) => sum + part.length, 0),
    all: () => Buffer.concat(parts),
  }
}

test('what the server says before there is a page is kept for it; bytes go both ways; the page’s end reaches the server', async () => {
  let closed = false
  const port = await listening((socket) => {
    socket.write('RFB 003.008\n')
    socket.on('close', () => (closed = true))
    socket.pipe(socket)
  })
  const { channelId } = await openChannel(port)
  const { page, seen } = await openPage(channelId)
  const sent = Buffer.alloc(3_000_000, 'vizlink ')
  for (let at = 0; at < sent.length; at += 100_000) page.send(sent.subarray(at, at + 100_000))
  await vi.waitUntil(() => seen.bytes() >= 12 + sent.length, {
    timeout: 30_000,
    message: 'all has come back',
  })
  expect(seen.all().equals(Buffer.concat([Buffer.from('RFB 003.008\n'), sent]))).toBe(true)
  page.close()
  await vi.waitUntil(() => closed, { timeout: 30_000, message: 'the server’s connection is closed' })
  await vi.waitUntil(() => ended.get(channelId) === false, {
    timeout: 30_000,
    message: 'its end is reported, as the page’s',
  })
})

test('a page that does not read holds the server back, and loses nothing', async () => {
  const total = 48 * 1024 * 1024
  const chunk = Buffer.alloc(64 * 1024, 1)
  let written = 0
  const port = await listening((socket) => {
    const fill = (): void => {
      while (written < total) {
        written += chunk.length
        if (!socket.write(chunk)) return void socket.once('drain', fill)
      }
    }
    fill()
  })
  const { page, seen } = await openPage((await openChannel(port)).channelId)
  page.pause()
  let before = -1
  await vi.waitUntil(
    async () => {
      const still = written === before
      before = written
      await delay(700)
      return still
    },
    { timeout: 30_000, message: 'the server is held back' },
  )
  // What the kernel and SSH's window hold, far from everything.
  expect(written).toBeLessThan(total / 2)
  page.resume()
  await vi.waitUntil(() => seen.bytes() === total, { timeout: 60_000, message: 'all has arrived' })
})

test('the server’s end is reported, after its last bytes', async () => {
  const port = await listening((socket) => socket.end(Buffer.alloc(500_000, 7)))
  const { channelId } = await openChannel(port)
  const { page, seen } = await openPage(channelId)
  await new Promise((resolve) => page.once('close', resolve))
  await vi.waitUntil(() => ended.get(channelId), { timeout: 30_000, message: 'its end is reported' })
  expect(seen.bytes()).toBe(500_000)
})

test('a channel is good for one page, and closes on request', async () => {
  const port = await listening(() => undefined)
  const { channelId } = await openChannel(port)
  const { page } = await openPage(channelId)
  const { page: second } = await openPage(channelId)
  if (second.readyState !== WebSocket.CLOSED) await new Promise((resolve) => second.once('close', resolve))
  expect(page.readyState).toBe(WebSocket.OPEN)
  await link.client.request('close-channel', { channelId })
  await new Promise((resolve) => page.once('close', resolve))
})

test('no server there, and a host that forwards nothing', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => gone.once('listening', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  expect((await failureOf(openChannel(port))).kind).toBe('host-not-ready')
  const { hopId } = await link.client.request('open-hop', { hop: servers.hops[1]!, deadlineMs: 20_000 })
  expect((await failureOf(openChannel(port, hopId))).kind).toBe('forward-refused')
})

test('a port of Electron: as many bytes under way as the page has room for, and nothing malformed', async () => {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port2.close())
  const page = pagePort(electronLikePort(port1))
  page.on('error', () => undefined)
  const got: number[] = []
  port2.on('message', (data: Uint8Array) => got.push(data.byteLength))
  const sum = (): number => got.reduce((all, one) => all + one, 0)
  const chunk = Buffer.alloc(1024 * 1024)
  for (let count = 0; count < 10; count++) page.write(chunk)
  await vi.waitUntil(() => sum() === 4 * chunk.length, {
    timeout: 30_000,
    message: 'the page’s room is used up',
  })
  port2.postMessage(chunk.length)
  await vi.waitUntil(() => sum() === 5 * chunk.length, { timeout: 30_000, message: 'one more comes' })
  for (let taken = 1; taken < 10; taken++)
    await vi.waitUntil(
      () => {
        if (sum() <= taken * chunk.length) return null
        port2.postMessage(chunk.length)
        return true
      },
      { timeout: 30_000, message: 'room' },
    )
  await vi.waitUntil(() => sum() === 10 * chunk.length, { timeout: 30_000, message: 'all is there' })
  const typed: Buffer[] = []
  page.on('data', (data: Buffer) => typed.push(data))
  port2.postMessage(new Uint8Array([1, 2, 3]))
  await vi.waitUntil(() => Buffer.concat(typed).length === 3, {
    timeout: 30_000,
    message: 'the page’s bytes arrive',
  })
  const closed = new Promise((resolve) => page.once('close', resolve))
  port2.postMessage('text')
  await closed
})
