/** Proxies of the test's own that lead TCP connections on: HTTP CONNECT, and SOCKS5 without a password. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface DemoProxy {
  kind: 'http' | 'socks5'
  url: string
  /** `host:port` of each request. */
  asked: string[]
  refuses: boolean
  close(): Promise<void>
}

export async function startProxy(kind: DemoProxy['kind']): Promise<DemoProxy> {
  const sockets = new Set<Socket>()
  const lead = (from: Socket, host: string, port: number, accept: Buffer): void => {
    const to = connect({ host, port }, () => {
      from.write(accept)
      from.pipe(to).pipe(from)
    })
    to.on('error', () => from.destroy())
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
  const speakHttp = (socket: Socket): void => {
    socket.once('data', (bytes: Buffer) => {
      const [, host = '', port] = /^CONNECT ([^\s:]+):(\d+) HTTP/.exec(bytes.toString('latin1')) ?? []
      proxy.asked.push(`${host}:${port}`)
      if (proxy.refuses) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      lead(socket, host, Number(port), Buffer.from('HTTP/1.1 200 OK\r\nVia: demo\r\n\r\n'))
    })
  }
  const speakSocks = (socket: Socket): void => {
    socket.once('data', () => {
      socket.once('data', (bytes: Buffer) => {
        const isName = bytes[3] === 3
        const end = isName ? 5 + (bytes[4] ?? 0) : 8
        const host = isName ? bytes.toString('latin1', 5, end) : bytes.subarray(4, end).join('.')
        const port = bytes.readUInt16BE(end)
        proxy.asked.push(`${host}:${port}`)
        const reply = (code: number): Buffer => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0])
        if (proxy.refuses) return socket.end(reply(2))
        lead(socket, host, port, reply(0))
      })
      socket.write(Buffer.from([5, 0]))
    })
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (kind === 'http') speakHttp(socket)
    else speakSocks(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: DemoProxy = {
    kind,
    url: `${kind}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    refuses: false,
    async close() {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
