/** Tunnels through proxies that answer in every manner. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openThroughProxy, ProxyRefusal } from '../../../src-main/protocols/proxy-tunnel.ts'

const opened: { destroy(): unknown }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy()
})

/** A proxy that answers each message of its client with the next of these; what came is noted. */
async function proxyThatSays(...answers: (string | Buffer)[]): Promise<{ port: number; heard: Buffer[] }> {
  const heard: Buffer[] = []
  const server = createServer((socket: Socket) => {
    opened.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard.push(bytes)
      const answer = answers.shift()
      if (answer === undefined) socket.end()
      else socket.write(answer)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  opened.push({ destroy: () => server.close() })
  return { port: (server.address() as AddressInfo).port, heard }
}

const target = { host: 'login.example', port: 22 }
const socksReply = (code: number, ...address: number[]): Buffer =>
  Buffer.from([5, code, 0, ...address, 0, 22])
const ipv4 = [1, 10, 0, 0, 1]
const ipv6 = [4, ...Array<number>(16).fill(0)]
const name = [3, 4, ...Buffer.from('host')]

const greetingThrough = (scheme: string, ...answers: (string | Buffer)[]) =>
  greetingOf(target.host, scheme, ...answers)

async function greetingOf(host: string, scheme: string, ...answers: (string | Buffer)[]) {
  const proxy = await proxyThatSays(...answers)
  const socket = await openThroughProxy(new URL(`${scheme}127.0.0.1:${proxy.port}`), { ...target, host })
  opened.push(socket)
  const [greeting] = (await once(socket, 'data')) as [Buffer]
  return { greeting: greeting.toString(), heard: proxy.heard }
}

test('HTTP: a server that greets at once is heard, also where it comes with the proxy’s answer', async () => {
  const answer = 'HTTP/1.1 200 Connection established\r\nX: y\r\n\r\nSSH-2.0-demo\r\n'
  const { greeting, heard } = await greetingThrough('http://ada:p%40ss@', answer)
  expect(greeting).toBe('SSH-2.0-demo\r\n')
  expect(heard.join('')).toContain('CONNECT login.example:22 HTTP/1.1\r\nHost: login.example:22\r\n')
  expect(heard.join('')).toContain(`Basic ${Buffer.from('ada:p@ss').toString('base64')}`)
})

test.each([ipv4, ipv6, name])('SOCKS5: the same, whatever address the proxy names', async (...address) => {
  const answer = Buffer.concat([socksReply(0, ...address), Buffer.from('SSH-2.0-demo\r\n')])
  const { greeting, heard } = await greetingThrough('socks5://', Buffer.from([5, 0]), answer)
  expect(greeting).toBe('SSH-2.0-demo\r\n')
  expect(heard[1]).toEqual(Buffer.from([5, 1, 0, 3, 13, ...Buffer.from('login.example'), 0, 22]))
})

test.each([
  ['10.0.0.1', [1, 10, 0, 0, 1]],
  ['fd00::1', [4, 0xfd, ...Array<number>(14).fill(0), 1]],
  ['[fd00::1]', [4, 0xfd, ...Array<number>(14).fill(0), 1]],
  ['::', [4, ...Array<number>(16).fill(0)]],
  ['1:2:3:4:5:6:7:8', [4, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
  ['2001:db8::192.0.2.1', [4, 0x20, 1, 0x0d, 0xb8, ...Array<number>(8).fill(0), 192, 0, 2, 1]],
  ['fe80::1%eth0', [3, 12, ...Buffer.from('fe80::1%eth0')]],
])('SOCKS5: %s as an address', async (host, bytes) => {
  const answer = Buffer.concat([socksReply(0, ...ipv4), Buffer.from('S')])
  const { heard } = await greetingOf(host, 'socks5://', Buffer.from([5, 0]), answer)
  expect(heard[1]).toEqual(Buffer.from([5, 1, 0, ...bytes, 0, 22]))
})

test('SOCKS5 with user name and password', async () => {
  const answers = [
    Buffer.from([5, 2]),
    Buffer.from([1, 0]),
    Buffer.concat([socksReply(0, ...ipv4), Buffer.from('S')]),
  ]
  const { heard } = await greetingThrough('socks5h://ada:p%40ss@', ...answers)
  expect(heard[1]).toEqual(Buffer.from([1, 3, ...Buffer.from('ada'), 4, ...Buffer.from('p@ss')]))
})

test.each<[string, (string | Buffer)[], string, 'signIn'?]>([
  [
    'http://',
    ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'],
    '407 Proxy Authentication Required',
    'signIn',
  ],
  ['http://', ['SSH-2.0-other\r\n\r\n'], 'no answer of an HTTP proxy'],
  ['http://', ['x'.repeat(70_000)], 'the connection was closed'],
  ['http://', [], 'the connection was closed'],
  ['socks5://', ['HTTP/1.1 400 Bad Request\r\n\r\n'], 'no answer of a SOCKS5 proxy'],
  ['socks5://', [Buffer.from([5, 255])], 'it wants a user name and a password', 'signIn'],
  ['socks5://a:b@', [Buffer.from([5, 2]), Buffer.from([1, 1])], 'user name or password refused', 'signIn'],
  ['socks5://', [Buffer.from([5, 0]), socksReply(2, ...ipv4)], 'not allowed'],
  ['socks5://', [Buffer.from([5, 0]), socksReply(77, ...ipv4)], 'code 77'],
])('%s that refuses', async (scheme, answers, message, why) => {
  const { port } = await proxyThatSays(...answers)
  const opening = openThroughProxy(new URL(`${scheme}127.0.0.1:${port}`), target)
  await expect(opening).rejects.toThrow(new ProxyRefusal(message, why))
})

test('a proxy that says nothing is given up', async () => {
  const { port } = await proxyThatSays('')
  const given = new AbortController()
  const opening = openThroughProxy(new URL(`http://127.0.0.1:${port}`), target, given.signal)
  setTimeout(() => given.abort(new Error('given up')), 50)
  await expect(opening).rejects.toThrow('given up')
})
