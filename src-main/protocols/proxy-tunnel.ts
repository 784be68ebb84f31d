/** TCP through a proxy: HTTP CONNECT (RFC 9110 9.3.6) and SOCKS5 (RFC 1928, RFC 1929). Names are resolved by the proxy. */
import { isIP, isIPv4, isIPv6, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { authorityTls } from './portal/trust.ts'
import { openTcp, unbracketed, type Endpoint } from './tcp.ts'

/** Codes of a refusal. */
export const refusalCodes = { refused: 'PROXY_REFUSED', signIn: 'PROXY_WANTS_SIGN_IN' } as const

/** The proxy answered, and leads there not. Its message is the proxy's own. */
export class ProxyRefusal extends Error {
  readonly code: string

  /** @param why signIn: it lets only those through whom it knows */
  constructor(message: string, why: keyof typeof refusalCodes = 'refused') {
    super(message)
    this.code = refusalCodes[why]
  }
}

const mostAnswer = 16 * 1024

/** RFC 1928 6. */
const socksReplies: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'TTL expired',
  7: 'command not supported',
  8: 'address type not supported',
}

/** Reads one message and leaves what comes behind it. @param lengthOf its length in bytes; null: not known yet */
function readMessage(socket: Socket, lengthOf: (seen: Buffer) => number | null): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0)
    const stop = (): void => {
      socket.off('readable', look)
      socket.off('error', reject)
      socket.off('close', ended)
      socket.off('end', ended)
    }
    const ended = (): void => {
      stop()
      reject(new ProxyRefusal('the connection was closed'))
    }
    const look = (): void => {
      const chunk = socket.read() as Buffer | null
      if (chunk === null) return
      seen = Buffer.concat([seen, chunk])
      const length = lengthOf(seen)
      if (length !== null && seen.length >= length) {
        stop()
        if (seen.length > length) socket.unshift(seen.subarray(length))
        resolve(seen.subarray(0, length))
      } else if (seen.length > mostAnswer) ended()
    }
    socket.on('readable', look)
    socket.on('error', reject)
    socket.on('close', ended)
    socket.on('end', ended)
    look()
  })
}

const credentialsOf = ({ username, password }: URL): [string, string] | null =>
  username === '' && password === '' ? null : [decodeURIComponent(username), decodeURIComponent(password)]

async function connectByHttp(socket: Socket, proxy: URL, { host, port }: Endpoint): Promise<void> {
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  const credentials = credentialsOf(proxy)
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`]
  if (credentials)
    lines.push(`Proxy-Authorization: Basic ${Buffer.from(credentials.join(':')).toString('base64')}`)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const head = await readMessage(socket, (seen) => {
    const end = seen.indexOf('\r\n\r\n')
    return end < 0 ? null : end + 4
  })
  const status = /^HTTP\/1\.[01] (\d{3}[^\r\n]{0,100})/.exec(head.toString('latin1'))?.[1]
  if (status?.startsWith('2')) return
  throw new ProxyRefusal(
    status?.trim() ?? 'no answer of an HTTP proxy',
    status?.startsWith('407') ? 'signIn' : 'refused',
  )
}

async function connectBySocks(socket: Socket, proxy: URL, { host, port }: Endpoint): Promise<void> {
  const credentials = credentialsOf(proxy)
  socket.write(Buffer.from(credentials ? [5, 2, 0, 2] : [5, 1, 0]))
  const [version, method] = await readMessage(socket, () => 2)
  if (version !== 5) throw new ProxyRefusal('no answer of a SOCKS5 proxy')
  if (method === 2 && credentials) {
    const parts = credentials.map((text) => Buffer.from(text).subarray(0, 255))
    socket.write(Buffer.concat([Buffer.from([1]), ...parts.map((part) => sized(part))]))
    const [, verdict] = await readMessage(socket, () => 2)
    if (verdict !== 0) throw new ProxyRefusal('user name or password refused', 'signIn')
  } else if (method !== 0) throw new ProxyRefusal('it wants a user name and a password', 'signIn')
  socket.write(
    Buffer.concat([Buffer.from([5, 1, 0]), addressOf(host), Buffer.from([port >> 8, port & 0xff])]),
  )
  const reply = await readMessage(socket, (seen) => {
    const [, , , type, first] = seen
    if (first === undefined) return null
    return type === 1 ? 10 : type === 4 ? 22 : 7 + first
  })
  const code = reply[1] ?? 1
  if (code !== 0) throw new ProxyRefusal(socksReplies[code] ?? `code ${code}`)
}

/** A host as SOCKS5 writes it (RFC 1928 5). */
function addressOf(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)])
  const url = `http://[${host}]`
  if (!isIPv6(host) || !URL.canParse(url))
    return Buffer.concat([Buffer.from([3]), sized(Buffer.from(host).subarray(0, 255))])
  // Without an IPv4 part, and with `::` in the place of the longest row of zeros.
  const [before = [], after = []] = new URL(url).hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter(Boolean))
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  const groups = [...before, ...zeros, ...after].map((group) => group.padStart(4, '0'))
  return Buffer.concat([Buffer.from([4]), Buffer.from(groups.join(''), 'hex')])
}

const sized = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([bytes.length]), bytes])

/** Where a proxy listens. */
export const endpointOf = ({ hostname, port, protocol }: URL): Endpoint => ({
  host: unbracketed(hostname),
  port: Number(port || { 'http:': 80, 'https:': 443 }[protocol] || 1080),
})

/**
 * @param proxy `http:`, `https:`, `socks:`, `socks5:` or `socks5h:` (SOCKS5, all three)
 * @param signal gives up
 * @throws ProxyRefusal: the proxy answered; else what the system says of the way to the proxy
 */
export async function openThroughProxy(
  proxy: URL,
  endpoint: Endpoint,
  signal?: AbortSignal,
): Promise<Socket> {
  const way = endpointOf(proxy)
  const tcp = await openTcp(way, signal)
  const socket =
    proxy.protocol === 'https:'
      ? connectTls({
          socket: tcp,
          host: way.host,
          servername: isIP(way.host) === 0 ? way.host : '',
          ...authorityTls(null),
        })
      : tcp
  const giveUp = (): void => void socket.destroy(signal?.reason as Error)
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const connect = proxy.protocol.startsWith('http') ? connectByHttp : connectBySocks
    await connect(socket, proxy, { ...endpoint, host: unbracketed(endpoint.host) })
    return socket
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw error
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
}
