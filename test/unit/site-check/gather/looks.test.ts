/** Looks of the site check: each has its time, says why it saw nothing, and takes bounded answers. */
import { createServer, Socket, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { createServer as createSecureServer } from 'node:tls'
import { afterEach, expect, test, vi } from 'vitest'
import type { HostCommand } from '../../../../src-main/protocols/ssh/script.ts'
import { Gathering } from '../../../../src-main/site-check/gather/gather.ts'
import { askEncrypted, askPlain } from '../../../../src-main/site-check/gather/redis-question.ts'
import { lookAtRedis } from '../../../../src-main/site-check/gather/sockets.ts'
import { selfSigned } from '../../../support/certificates.ts'
import { isSettled } from '../../../support/fake-clock.ts'

let server: Server | null = null
const sockets = new Set<Socket>()
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  server?.close()
  server = null
})

/** A server that says `first` to everybody and keeps the connection. */
async function saying(
  first: string | Buffer,
  at: { path: string } | { host: string; port: number },
): Promise<Server> {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.resume()
    if (first.length > 0) socket.write(first)
  })
  server.listen(at)
  await once(server, 'listening')
  return server
}
const onLoopback = { host: '127.0.0.1', port: 0 }

test('a look that takes longer than it may is reported as such, and the others continue', async () => {
  vi.useFakeTimers()
  const gathering = new Gathering(() => undefined)
  const hanging = gathering.look('portal-way', 20_000, () => new Promise<never>(() => undefined))
  expect(await gathering.look('ssh-login', 20_000, async () => 7)).toEqual({ ok: true, value: 7 })
  await vi.advanceTimersByTimeAsync(19_900)
  expect(await isSettled(hanging)).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(await hanging).toEqual({
    ok: false,
    reason: { key: 'site-check-reasons.late', values: { seconds: 20 } },
  })
})

test('what a look says of its failure is in the report, and what follows it says the same', async () => {
  const gathering = new Gathering(() => undefined)
  const failed = gathering.look('portal-way', 1000, () => Promise.reject(new Error('connection refused')))
  const seen = { ok: false, reason: 'connection refused' }
  expect(await failed).toEqual(seen)
  expect(await gathering.after(failed, 'pages', 1000, async () => 7)).toEqual(seen)
})

test('a port that says nothing is waited for three seconds, as is a connection', async () => {
  const { port } = (await saying('', onLoopback)).address() as AddressInfo
  const waits = vi.spyOn(globalThis, 'setTimeout')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const fake = vi.spyOn(globalThis, 'setTimeout')
  const look = lookAtRedis('127.0.0.1', port)
  await once(server!, 'connection')
  await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(3100)
  expect((await look).state).toBe('other')
  expect(fake.mock.calls.map(([, ms]) => ms)).toEqual([3000, 3000])
  waits.mockRestore()
})

test('a port that floods is read up to its bound, and no longer', async () => {
  const { port } = (await saying('+PONG\r\n'.repeat(1000), onLoopback)).address() as AddressInfo
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  expect((await lookAtRedis('127.0.0.1', port)).state).toBe('open')
})

test.each(['a; id', '$(id)', 'a b', '', '`id`'])('Redis at %j is asked for nowhere', async (address) => {
  const ran: string[] = []
  const login = {
    run: async (_node: unknown, { script }: HostCommand) => (
      ran.push(script),
      { lines: [], stdout: '', code: 0 }
    ),
  }
  await expect(askPlain(login, { address, port: 6379 })('PING')).rejects.toThrow('cannot be an address')
  expect(ran).toEqual([])
})

test('a TLS handshake with Redis has eight seconds, and the way is given back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-redis-question-'))
  const path = join(folder, 's')
  await saying('', { path })
  let given = 0
  const waits = vi.spyOn(Socket.prototype, 'setTimeout').mockImplementation(function (
    this: Socket,
    ms,
    late,
  ) {
    if (ms === 8000) setImmediate(() => late?.())
    return this
  })
  try {
    const login = {
      openForward: async () => ({ path, close: async () => void given++ }),
    }
    await expect(askEncrypted(login, { address: '127.0.0.1', port: 6379 }, '')('PING')).rejects.toThrow(
      'in time',
    )
    expect(given).toBe(1)
    expect(waits.mock.calls[0]?.[0]).toBe(8000)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['127.0.0.1', null],
  ['127.0.0.2', 'altnames'],
])(
  'a Redis whose certificate is for 127.0.0.1 is spoken to at %s: refused with %s',
  async (address, refused) => {
    const folder = mkdtempSync(join(tmpdir(), 'vizlink-redis-name-'))
    const { key, cert } = await selfSigned()
    const got: string[] = []
    const redis = createSecureServer({ key, cert }, (socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (text: Buffer) => {
        got.push(text.toString())
        socket.end('+PONG\r\n')
      })
    })
    redis.on('tlsClientError', () => undefined)
    const path = join(folder, 's')
    redis.listen(path)
    await once(redis, 'listening')
    const login = {
      openForward: async () => ({ path, close: async () => undefined }),
    }
    try {
      const answer = askEncrypted(login, { address, port: 6379 }, cert)('PING')
      if (refused === null) expect(await answer).toBe('+PONG\r\n')
      else await expect(answer).rejects.toThrow(refused)
      expect(got).toEqual(refused === null ? ['PING'] : [])
    } finally {
      redis.close()
      rmSync(folder, { recursive: true })
    }
  },
)
