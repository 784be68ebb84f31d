/** Connections through a SOCKS5 proxy, which also looks names up. */
import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { proxySignInCode, proxyRefusalCode } from './http-failures.ts'
import { portOf, unbracketed } from './proxy.ts'

export const isSocks = (proxy: URL): boolean => proxy.protocol.startsWith('socks')

/**
 * A connection to a host by way of a proxy.
 * @throws Error with a code of our own or of Node.js; never with the library's own data, which holds the proxy's password
 */
export async function socketThrough(proxy: URL, to: URL, timeoutMs: number): Promise<Socket> {
  const { SocksClient } = await import('socks')
  const { username, password } = proxy
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      destination: { host: unbracketed(to.hostname), port: portOf(to) },
      proxy: {
        type: 5,
        host: unbracketed(proxy.hostname),
        port: Number(proxy.port || 1080),
        ...(username === ''
          ? {}
          : { userId: decodeURIComponent(username), password: decodeURIComponent(password) }),
      },
      timeout: timeoutMs,
    })
    return socket
  } catch (error) {
    const { message } = error as Error
    const code =
      /\bE[A-Z]{4,}\b/.exec(message)?.[0] ??
      (/authentication/i.test(message) ? proxySignInCode : proxyRefusalCode)
    throw Object.assign(new Error(message), { code })
  }
}

/** @param secure sets TLS up on a connection that stands */
export const socksConnector =
  (proxy: URL, secure: buildConnector.connector, timeoutMs: number): buildConnector.connector =>
  (options, done) => {
    const { hostname, port, protocol } = options
    void socketThrough(proxy, new URL(`${protocol}//${hostname}:${port}`), timeoutMs).then(
      (socket) =>
        protocol === 'https:' ? secure({ ...options, httpSocket: socket }, done) : done(null, socket),
      (error: Error) => done(error, null),
    )
  }
