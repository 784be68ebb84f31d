/** The host's TCP ports through a link: bytes unchanged both ways, ends and failures of connections passed on. */
import { createHash, randomBytes } from 'node:crypto'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePorts } from '../../site/support/ports.ts'
import { askHost } from '../../../src-main/protocols/gamestream/transport.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startLink, type RunningLink } from '../../support/running-link.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let link: RunningLink
let host: Server
let serve: (socket: Socket) => void
let local: { http: string; https: string; web: string; rtsp: number }

beforeAll(async () => {
  servers = await startSshServers()
  link = await startLink({ identityFile: servers.identityFile })
  await link.client.request('login', { hops: servers.hops, keys: link.keys, deadlineMs: 30_000 })
  host = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const { port } = host.address() as AddressInfo
  const [closed] = await freePorts(1)
  const ports = {
    address: '127.0.0.1',
    http: port,
    https: closed!,
    web: port,
    rtsp: port,
    video: 9,
    control: 9,
    audio: 9,
  }
  const input = { hopId: null, ports, maximumUnacknowledgedBytes: 1 << 20, deadlineMs: 30_000 }
  local = (await link.client.request('open-relay', input)).local
})
afterAll(async () => {
  await link.dispose()
  await servers.dispose()
  host.close()
})

const open = (way: string | number): Socket =>
  connect({
    ...(typeof way === 'string' ? { path: way } : { port: way, host: '127.0.0.1' }),
    allowHalfOpen: true,
  })
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Everything that arrives until the end, or how it broke. */
function readAll(socket: Socket): Promise<Buffer | string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve) => {
    socket.once('end', () => resolve(Buffer.concat(chunks)))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    socket.once('close', () => resolve('closed'))
  })
}

describe('bytes', () => {
  test('pass unchanged in both directions, over many connections at once', async () => {
    // The host answers with what it got, once it has it all.
    serve = (socket) => void readAll(socket).then((bytes) => socket.end(bytes))
    const sizes = Array.from({ length: 24 }, (_, index) => index * 20_011)
    for (let round = 0; round < 3; round++) {
      const outcomes = await Promise.all(
        sizes.map(async (size) => {
          const bytes = randomBytes(size)
          const socket = open(local.http)
          const answer = readAll(socket)
          socket.end(bytes)
          const got = await answer
          return typeof got === 'string' ? got : hashOf(got) === hashOf(bytes)
        }),
      )
      expect(outcomes).toEqual(sizes.map(() => true))
    }
  })

  test('of a large answer arrive whole', async () => {
    const bytes = randomBytes(3 << 20)
    serve = (socket) => void socket.end(bytes)
    const got = await readAll(open(local.web))
    expect(typeof got === 'string' ? got : hashOf(got)).toBe(hashOf(bytes))
  })

  test('pass while the other direction has ended already', async () => {
    serve = (socket) => {
      socket.write('first')
      socket.once('end', () => socket.end(' and last'))
      socket.resume()
    }
    const socket = open(local.http)
    const answer = readAll(socket)
    socket.end()
    expect(String(await answer)).toBe('first and last')
  })
})

describe('failures', () => {
  /** How a request fails; a socket in a folder cannot be reset, so what was cut off must show by itself. */
  const failure = (way: string) => failureOf(askHost(way, { path: '/serverinfo' }, null))

  test('a port where the host does not listen ends the connection at once, without a byte', async () => {
    expect(String(await readAll(open(local.https)))).toBe('')
    expect(await failure(local.https)).toMatchObject({
      kind: 'host-not-ready',
      // Closed before or after the request was written.
      evidence: [
        { label: 'reason', value: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) as string },
        { label: 'asked-for', value: '/serverinfo' },
      ],
    })
  })

  test.each([
    ['before its answer', ''],
    ['in the head of its answer', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['in the body of its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n<root status_code="200">'],
    ['in an answer that does not say where it ends', 'HTTP/1.1 200 OK\r\n\r\n<root status_code="200">'],
  ])('a host that breaks off %s has not answered', async (_name, part) => {
    serve = (socket) =>
      socket.once('data', () => socket.write(part, () => setImmediate(() => socket.resetAndDestroy())))
    expect(await failure(local.http)).toMatchObject({
      kind: 'host-not-ready',
      evidence: [
        { label: 'reason', value: expect.stringMatching(/ECONNRESET|does not say/) as string },
        { label: 'asked-for', value: '/serverinfo' },
      ],
    })
  })

  test('a client that breaks off ends the host’s connection', async () => {
    let ended = false
    serve = (socket) => {
      const timer = setInterval(() => socket.write('x'), 10)
      socket.once('close', () => {
        clearInterval(timer)
        ended = true
      })
    }
    const socket = open(local.http)
    socket.once('data', () => socket.destroy())
    await vi.waitUntil(() => ended, { timeout: 30_000, message: 'the host noticed' })
  })

  test('a client that does not read is reset before its bytes fill the memory', async () => {
    let written = 0
    let closed = false
    const chunk = Buffer.alloc(64 * 1024)
    serve = (socket) => {
      socket.once('close', () => (closed = true))
      const writeOn = (): void => {
        if (written > 256 << 20) return
        // A write that failed took nothing: the connection is over.
        socket.write(chunk, (error) => {
          if (error) return
          written += chunk.length
          writeOn()
        })
      }
      writeOn()
    }
    const socket = open(local.http)
    socket.on('error', () => undefined)
    socket.pause()
    await vi.waitUntil(() => closed, { timeout: 30_000, message: 'the host’s side is closed' })
    expect(written).toBeLessThan(64 << 20)
    socket.destroy()
  })

  test('more connections than anybody needs are refused, the others stay', async () => {
    serve = (socket) => void socket.on('data', (data: Buffer) => socket.write(data))
    const sockets = Array.from({ length: 40 }, () => open(local.http))
    const outcomes = sockets.map(
      (socket) =>
        new Promise<string>((resolve) => {
          socket.once('data', () => resolve('echo'))
          socket.once('end', () => resolve('refused'))
          socket.once('error', () => resolve('refused'))
          socket.write('x')
        }),
    )
    const all = await Promise.all(outcomes)
    expect(all.filter((outcome) => outcome === 'echo')).toHaveLength(32)
    for (const socket of sockets) socket.destroy()
  })
})

describe('RTSP', () => {
  test('an exchange that is none passes unchanged', async () => {
    serve = (socket) => socket.once('data', () => socket.end('RTSP/1.0 200 OK\r\n\r\n'))
    const socket = open(local.rtsp)
    const answer = readAll(socket)
    socket.write('OPTIONS rtsp://127.0.0.1 RTSP/1.0\r\n\r\n')
    expect(String(await answer)).toBe('RTSP/1.0 200 OK\r\n\r\n')
  })

  test.each([
    ['an answer', 'x', Buffer.alloc(200_000, 'a')],
    ['a request', 'r'.repeat(200_000), Buffer.from('never mind')],
  ])('%s without end is broken off', async (_name, request, answer) => {
    serve = (socket) => {
      socket.on('data', () => socket.write(answer))
    }
    const socket = open(local.rtsp)
    const outcome = readAll(socket)
    socket.write(request)
    expect(await outcome).toBe('ECONNRESET')
  })

  test('a hostile answer to SETUP does no harm', async () => {
    const payload = Buffer.alloc(16, 0xff)
    serve = (socket) =>
      socket.once('data', () =>
        socket.end(
          Buffer.concat([
            Buffer.from('RTSP/1.0 200 OK\r\nX-SS-Ping-Payload: '),
            payload,
            Buffer.from('\r\nX-SS-Connect-Data: 99999999999\r\nTransport: server_port=1\r\n\r\n'),
          ]),
        ),
      )
    const socket = open(local.rtsp)
    const answer = readAll(socket)
    socket.write('SETUP streamid=video/0/0 RTSP/1.0\r\n\r\n')
    const port = /server_port=(\d+)/.exec(String(await answer))?.[1]
    expect(Number(port)).toBeGreaterThan(1023)
  })
})
