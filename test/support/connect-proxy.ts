/** A small HTTP proxy that only tunnels (CONNECT), and resolves names as a test says. */
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

export interface ConnectProxy extends AsyncDisposable {
  origin: string
  /** What tunnels were asked for, with the credentials that came along. */
  asked: { target: string; credentials: string | null }[]
}

/** @param leadTo the port on 127.0.0.1 behind a target, or the status of a refusal below 1024 */
export async function startConnectProxy(leadTo: (target: string) => number): Promise<ConnectProxy> {
  const asked: ConnectProxy['asked'] = []
  const sockets = new Set<{ destroy(): unknown }>()
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', (request, client, head) => {
    const target = request.url ?? ''
    asked.push({ target, credentials: request.headers['proxy-authorization'] ?? null })
    const port = leadTo(target)
    sockets.add(client)
    client.on('error', () => client.destroy())
    if (port < 1024) return void client.end(`HTTP/1.1 ${port} Refused\r\ncontent-length: 0\r\n\r\n`)
    const upstream = connect({ host: '127.0.0.1', port }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    sockets.add(upstream)
    upstream.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
