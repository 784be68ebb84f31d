/** A small SOCKS5 proxy (RFC 1928, RFC 1929): connections alone, and names are its own matter. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { byteReader } from '../../site/support/byte-reader.ts'

export interface SocksProxy extends AsyncDisposable {
  /** `HOST:PORT`. */
  place: string
  /** What was asked for, `HOST:PORT`. */
  asked: string[]
}

const addressTypes = { ipv4: 1, name: 3 }

/**
 * @param leadTo the port on 127.0.0.1 behind a place, or null for a refusal
 * @param account `NAME:PASSWORD` that it wants; null: it lets everybody in
 */
export async function startSocksProxy(
  leadTo: (place: string) => number | null,
  account: string | null = null,
): Promise<SocksProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()

  async function serve(client: Socket): Promise<void> {
    const { read, release } = byteReader(client)
    const text = async (): Promise<string> => (await read((await read(1))[0]!)).toString()
    const [, methods = 0] = await read(2)
    const offered = await read(methods)
    const method = account === null ? 0 : 2
    if (!offered.includes(method)) return void client.end(Buffer.from([5, 255]))
    client.write(Buffer.from([5, method]))
    if (account !== null) {
      await read(1)
      const right = `${await text()}:${await text()}` === account
      client.write(Buffer.from([1, right ? 0 : 1]))
      if (!right) return void client.end()
    }
    const type = (await read(4))[3]
    const host = type === addressTypes.name ? await text() : [...(await read(4))].join('.')
    const place = `${host}:${(await read(2)).readUInt16BE()}`
    asked.push(place)
    const port = leadTo(place)
    const answer = (code: number): Buffer => Buffer.from([5, code, 0, addressTypes.ipv4, 0, 0, 0, 0, 0, 0])
    if (port === null) return void client.end(answer(2))
    const upstream = connect({ host: '127.0.0.1', port }, () => {
      release()
      client.write(answer(0))
      upstream.pipe(client).pipe(upstream)
    })
    sockets.add(upstream)
    upstream.on('error', () => client.destroy())
  }

  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => client.destroy())
    void serve(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    place: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
