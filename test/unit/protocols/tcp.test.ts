/** Names with several addresses: each address gets its time, and what all of them said is reported. */
import { spawn, type ChildProcess } from 'node:child_process'
import dns from 'node:dns/promises'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { inTurns, openTcp } from '../../../src-main/protocols/tcp.ts'
import { failureOf } from '../../support/failure-of.ts'

const addresses = { known: [] as string[] }
beforeEach(() => {
  const lookup = async () => addresses.known.map((address) => ({ address, family: 4 }))
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as never)
})

const opened: { destroy(): unknown }[] = []
afterEach(() => {
  vi.restoreAllMocks()
  for (const one of opened.splice(0)) one.destroy()
})

async function listening(address: string): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => opened.push(socket))
  server.listen(0, address)
  await once(server, 'listening')
  opened.push({ destroy: () => server.close() })
  return { server, port: (server.address() as AddressInfo).port }
}

/** A web server whose queue of new connections is full: the kernel passes over the next one and takes its second packet, after 1 s. */
async function slowServer(address: string): Promise<{ port: number; wake: () => void }> {
  const program = `require('node:http').createServer((_, answer) => answer.end('{"slow":true}'))
    .listen({ host: '${address}', port: 0, backlog: 1 }, function () { console.log(this.address().port) })`
  const child: ChildProcess = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  opened.push({ destroy: () => child.kill('SIGKILL') })
  const [text] = (await once(child.stdout!, 'data')) as [Buffer]
  const port = Number(text.toString())
  child.kill('SIGSTOP')
  const waiting: Socket[] = []
  for (let place = 0; place < 3; place++) {
    const socket = connect({ host: address, port })
    socket.on('error', () => undefined)
    waiting.push(socket)
  }
  opened.push(...waiting)
  await vi.waitUntil(() => waiting.filter(({ connecting }) => !connecting).length >= 2)
  return { port, wake: () => void child.kill('SIGCONT') }
}

test('both families come in turns, and none is left out', () => {
  const of = (...families: number[]) => families.map((family, index) => ({ family, index }))
  const order = (...families: number[]) => inTurns(of(...families)).map(({ index }) => index)
  expect(order(6, 6, 6, 4, 4)).toEqual([0, 3, 1, 4, 2])
  expect(order(4, 6, 6, 6)).toEqual([0, 1, 2, 3])
  expect(order(4)).toEqual([0])
  expect(order()).toEqual([])
})

test('B26 a slow first address gets its whole time, though the second one refuses', async () => {
  const { port, wake } = await slowServer('127.0.0.2')
  addresses.known = ['127.0.0.2', '127.0.0.3']
  setTimeout(wake, 500)
  const socket = await openTcp({ host: 'login.example', port })
  opened.push(socket)
  expect(socket.remoteAddress).toBe('127.0.0.2')
})

test('B26 the portal at such addresses answers', async () => {
  const { port, wake } = await slowServer('127.0.0.2')
  addresses.known = ['127.0.0.2', '127.0.0.3']
  setTimeout(wake, 500)
  const http = new PortalHttp(null, { environment: {} })
  opened.push({ destroy: () => http.close() })
  expect((await http.send(`http://portal.example:${port}/`)).json).toEqual({ slow: true })
})

test('a portal by an address of IPv6', async () => {
  const server = createHttpServer((_, answer) => answer.end('{"six":true}')).listen(0, '::1')
  await once(server, 'listening')
  opened.push({ destroy: () => server.close() })
  vi.restoreAllMocks()
  const http = new PortalHttp(null, { environment: {} })
  opened.push({ destroy: () => http.close() })
  const { port } = server.address() as AddressInfo
  expect((await http.send(`http://[::1]:${port}/`)).json).toEqual({ six: true })
})

test('an address that is silent holds up no other', async () => {
  const { port } = await slowServer('127.0.0.2')
  const other = createServer((socket) => opened.push(socket)).listen(port, '127.0.0.3')
  await once(other, 'listening')
  opened.push({ destroy: () => other.close() })
  addresses.known = ['127.0.0.2', '127.0.0.3']
  const socket = await openTcp({ host: 'login.example', port })
  opened.push(socket)
  expect(socket.remoteAddress).toBe('127.0.0.3')
})

test('B26 where none answers, each part is in the error; one alone is thrown as it is', async () => {
  const { server, port } = await listening('127.0.0.1')
  await new Promise((resolve) => server.close(resolve))
  addresses.known = ['127.0.0.2', '127.0.0.3']
  const error: unknown = await openTcp({ host: 'login.example', port }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AggregateError)
  expect((error as AggregateError).errors.map(String)).toEqual([
    `Error: connect ECONNREFUSED 127.0.0.2:${port}`,
    `Error: connect ECONNREFUSED 127.0.0.3:${port}`,
  ])
  const failure = await failureOf(
    new PortalHttp(null, { environment: {} }).send(`http://portal.example:${port}/`),
  )
  expect(failure).toMatchObject({ kind: 'portal-unreachable' })
  expect(failure.evidence).toContainEqual({ label: 'reason', value: 'ECONNREFUSED' })
  addresses.known = ['127.0.0.2']
  await expect(openTcp({ host: 'login.example', port })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('a connection that is given up is waited for for nothing, and leaves no connection', async () => {
  const { port } = await slowServer('127.0.0.2')
  addresses.known = ['127.0.0.2']
  const given = new AbortController()
  const opening = openTcp({ host: 'login.example', port }, given.signal)
  given.abort(new Error('given up'))
  await expect(opening).rejects.toThrow('given up')
  await expect(openTcp({ host: 'login.example', port }, given.signal)).rejects.toThrow('given up')
})
