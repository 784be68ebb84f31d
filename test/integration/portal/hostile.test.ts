/** A portal that is broken or not ours: a failure with a name, in time, in bounds, and no token in it. */
import type { ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { moonlightImages } from '../../../src-main/protocols/portal/images.ts'
import { MoonlightApi } from '../../../src-main/protocols/portal/moonlight.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startStandIn, type Answerer, type StandIn } from '../../support/stand-in-portal.ts'

const canary = 'CaNaRy0123456789'
const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(`{"sub":"alice","n":"${canary}"}`).toString('base64url')}.${canary}`

let http: PortalHttp
const disposables: AsyncDisposable[] = []
beforeEach(() => (http = new PortalHttp(null)))
afterEach(async () => {
  await http.close()
  for (const one of disposables.splice(0)) await one[Symbol.asyncDispose]()
})

async function answering(answer: Answerer): Promise<StandIn> {
  const server = await startStandIn(answer)
  disposables.push(server)
  return server
}

/** A server that speaks bytes. Gives its origin. */
async function speaking(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => talk(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  disposables.push({
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const json = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

describe('bodies', () => {
  test('without end are left alone after a megabyte', async () => {
    let written = 0
    const server = await answering((_asked, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'a')
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    const failure = await failureOf(http.send(`${server.origin}/x`))
    expect(failure).toMatchObject({ kind: 'portal-error', evidence: [{ label: 'request', value: '/x' }] })
    // What the kernel's buffers hold may be on its way, no more.
    expect(written).toBeLessThan(32 * 1024 * 1024)
  })

  test('of exactly a megabyte are read', async () => {
    const body = JSON.stringify('x'.repeat(1024 * 1024 - 2))
    const server = await answering((_asked, response) => void response.end(body))
    const answer = await http.send(server.origin)
    expect((answer.json as string).length).toBe(1024 * 1024 - 2)
    expect(answer.text.length).toBeLessThanOrEqual(2000)
  })

  test('that drip are left at the deadline', async () => {
    const origin = await speaking((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 20)
      socket.once('close', () => clearInterval(timer))
    })
    const failure = await failureOf(http.send(origin, { deadlineMs: 300 }))
    expect(failure).toMatchObject({
      kind: 'portal-unreachable',
      reason: 'hangs',
    })
  })

  test('headers that drip are left at the deadline', async () => {
    const origin = await speaking((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket.write('X-A: 1\r\n'), 20)
      socket.once('close', () => clearInterval(timer))
    })
    expect((await failureOf(http.send(origin, { deadlineMs: 300 }))).kind).toBe('portal-unreachable')
  })

  test('silence is left at the deadline', async () => {
    const origin = await speaking(() => undefined)
    expect(await failureOf(http.send(origin, { deadlineMs: 300 }))).toMatchObject({
      kind: 'portal-unreachable',
      reason: 'hangs',
    })
  })

  test.each<[string, string, string]>([
    ['that end early', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"sso', 'portal-unreachable'],
    ['that are longer than said', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}{}', 'portal-error'],
    ['after headers without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(1_000_000)}\r\n\r\n{}`, 'portal-error'],
    ['after many headers', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(50_000)}\r\n{}`, 'portal-error'],
    ['of something else than HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'portal-error'],
    ['in broken chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'portal-error'],
    ['that never come', '', 'portal-unreachable'],
  ])('%s', async (_what, text, kind) => {
    const origin = await speaking((socket) => socket.end(text))
    const failure = await failureOf(new AuthPortal(http, origin).info())
    expect(failure.kind).toBe(kind)
  })

  test.each<[string, string | Buffer]>([
    ['cut JSON', '{"sso_enabled":false,"sso_type":"mo'],
    ['nested JSON', '['.repeat(100_000)],
    ['bytes', Buffer.from([0xff, 0xfe, 0, 1])],
    ['null', 'null'],
    ['nothing', ''],
    ['HTML', '<html>200</html>'],
  ])('%s is not taken for an answer', async (_what, body) => {
    const server = await answering((_asked, response) => void response.end(body))
    const auth = new AuthPortal(http, server.origin)
    const api = new MoonlightApi(http, server.origin, 'alice')
    const calls = [
      () => auth.info(),
      () => auth.testLogin('alice', []),
      () => auth.verify(token),
      () => api.sessions(),
      () => moonlightImages(http, server.origin),
      () => api.create('desktop'),
    ]
    for (const call of calls) expect((await failureOf(call())).kind).toBe('portal-error')
  })
})

describe('a redirection', () => {
  test.each([301, 302, 303, 307, 308])('%d to another origin is not followed', async (status) => {
    const thief = await answering((_asked, response) => json(response, { valid: true }))
    const server = await answering(
      (_asked, response) =>
        void response.writeHead(status, { location: `${thief.origin}/auth/verify?token=${canary}` }).end(),
    )
    const failure = await failureOf(new AuthPortal(http, server.origin).verify(token))
    expect(failure).toMatchObject({
      kind: 'portal-error',
      evidence: [{}, { value: String(status) }, {}, { value: `${thief.origin}/auth/verify` }],
    })
    expect(JSON.stringify(failure)).not.toContain(canary)
    expect(server.asked).toHaveLength(1)
    expect(thief.asked).toEqual([])
  })
})

describe('no failure holds a token', () => {
  test.each<[string, (asked: { headers: Record<string, unknown> }) => unknown, number]>([
    ['login with a user that is no user', () => ({ success: true, token, user: 5 }), 200],
    ['a token that is cut off', () => ({ a: 'x'.repeat(1900), token }), 200],
    ['a token under another name', () => ({ access_token: `opaque-${canary}`, user: {} }), 200],
    ['a bare token', () => token, 200],
    ['the request’s own headers, as debug pages show them', (asked) => asked.headers, 500],
  ])('%s', async (_what, body, status) => {
    const server = await answering((asked, response) => json(response, body(asked), status))
    const auth = new AuthPortal(http, server.origin)
    const calls = [() => auth.testLogin('alice', []), () => auth.refresh(token), () => auth.verify(token)]
    for (const call of calls) {
      const text = JSON.stringify(await failureOf(call()))
      expect(text).not.toContain(canary)
      expect(text).not.toContain(token.slice(0, 30))
    }
  })

  test('a refused one either', async () => {
    const server = await answering((asked, response) => json(response, asked.headers, 401))
    expect(JSON.stringify(await failureOf(new AuthPortal(http, server.origin).verify(token)))).not.toContain(
      canary,
    )
  })

  test('an opaque one that the answer repeats', async () => {
    const opaque = `opaque-${canary}`
    const server = await answering(
      (asked, response) =>
        void response.writeHead(500).end(`<pre>HTTP_AUTHORIZATION ${asked.headers.authorization}</pre>`),
    )
    const failure = await failureOf(new AuthPortal(http, server.origin).verify(opaque))
    expect(JSON.stringify(failure)).not.toContain(canary)
    expect(failure.evidence.at(-1)?.value).toContain('HTTP_AUTHORIZATION')
  })
})

test.each([
  ['a line break', `${canary}\r\nX-Injected: yes`],
  ['a blank', `${canary} x`],
  ['other letters', `${canary}ä`],
  ['too little', 'short'],
  ['too much', canary.repeat(1000)],
])('a token with %s is no token', async (_what, bad) => {
  const server = await answering((_asked, response) =>
    json(response, { token: bad, user: { username: 'alice', groups: [] } }),
  )
  const auth = new AuthPortal(http, server.origin)
  expect((await failureOf(auth.testLogin('alice', []))).kind).toBe('portal-error')
  expect((await failureOf(auth.refresh(token))).kind).toBe('portal-error')
  expect(server.asked).toHaveLength(2)
})

test('a server that closes each connection is connected to again each time', async () => {
  const server = await answering(
    (_asked, response) => void response.writeHead(200, { connection: 'close' }).end('{"sessions":[]}'),
  )
  const api = new MoonlightApi(http, server.origin, 'alice')
  for (let time = 0; time < 20; time++) expect(await api.sessions()).toEqual([])
})

test('over one connection: requests one after another share it, whatever is open beside it', async () => {
  const ports: Record<string, Set<number | undefined>> = { '/kept': new Set(), '/other': new Set() }
  const server = await answering(({ path }, response) => {
    ports[path]?.add(response.socket?.remotePort)
    response.end()
  })
  const kept = http.overOneConnection()
  for (let time = 0; time < 5; time++) {
    const others = Array.from({ length: 4 }, () => http.send(`${server.origin}/other`))
    await Promise.all([kept.send(`${server.origin}/kept`), ...others])
  }
  expect(ports['/kept']?.size).toBe(1)
  expect(ports['/other']?.size).toBeGreaterThan(1)
  await kept.close()
})

test('a client that is closed leaves what it waits for', async () => {
  const origin = await speaking(() => undefined)
  const waiting = [http, http.overOneConnection()].map((client) => failureOf(client.send(origin)))
  await http.close()
  for (const failure of await Promise.all(waiting)) expect(failure.kind).toBe('portal-unreachable')
})
