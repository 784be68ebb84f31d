/** A GameStream host that answers with what a test gives it, byte for byte: over HTTP, HTTPS and as a web API. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import type { HostSockets } from '../../src-main/protocols/gamestream/host-client.ts'

export interface ScriptedRequest {
  server: 'http' | 'https' | 'web'
  path: string
  query: URLSearchParams
  body: string
}

/** Bytes (Latin-1) after which the connection is ended, or a function that does with it what it likes. */
export type ScriptedAnswer = string | ((socket: Socket) => void)

export interface ScriptedHost {
  ports: HostSockets
  /** In the order in which they came. */
  requests: ScriptedRequest[]
  dispose(): Promise<void>
}

/**
 * Starts the three servers on free ports; the RTSP port answers nothing.
 * @param folder where the three listen on sockets in place of ports, as a link process has them
 */
export async function startScriptedHost(
  certificate: { certificatePem: string; keyPem: string },
  answer: (request: ScriptedRequest) => ScriptedAnswer,
  folder: string | null = null,
): Promise<ScriptedHost> {
  const sockets = new Set<Socket>()
  const requests: ScriptedRequest[] = []
  const serve =
    (server: ScriptedRequest['server']) =>
    (socket: Socket): void => {
      sockets.add(socket)
      let text = ''
      let answered = false
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
        const end = text.indexOf('\r\n\r\n')
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0)
        if (answered || end < 0 || text.length < end + 4 + length) return
        answered = true
        const url = new URL(/^\S+ (\S+)/.exec(text)?.[1] ?? '/', 'http://host')
        const request = { server, path: url.pathname, query: url.searchParams, body: text.slice(end + 4) }
        requests.push(request)
        const bytes = answer(request)
        if (typeof bytes === 'string') socket.end(bytes, 'latin1')
        else bytes(socket)
      })
    }
  const secure = {
    cert: certificate.certificatePem,
    key: certificate.keyPem,
    requestCert: true,
    rejectUnauthorized: false,
  }
  const servers = {
    http: createServer(serve('http')),
    https: createTlsServer(secure, serve('https')),
    web: createTlsServer({ ...secure, requestCert: false }, serve('web')),
    rtsp: createServer((socket) => socket.destroy()),
  }
  await Promise.all(
    Object.entries(servers).map(
      ([name, server]) =>
        new Promise<void>((resolve) => {
          if (folder !== null && name !== 'rtsp') server.listen(join(folder, `${name}.sock`), resolve)
          else server.listen(0, '127.0.0.1', resolve)
        }),
    ),
  )
  const way = (name: keyof typeof servers): string | number => {
    const address = servers[name].address() as AddressInfo | string
    return typeof address === 'string' ? address : address.port
  }
  const { port: rtsp } = servers.rtsp.address() as AddressInfo
  return {
    ports: { http: way('http'), https: way('https'), web: way('web'), rtsp },
    requests,
    async dispose() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(
        Object.values(servers).map((server) => new Promise((resolve) => server.close(resolve))),
      )
    },
  }
}
