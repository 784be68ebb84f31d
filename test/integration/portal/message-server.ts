/** A WebSocket service on loopback as a test scripts it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

export interface MessageServer extends AsyncDisposable {
  url: URL
  /** Texts that clients sent, in order. */
  received: string[]
  /** Connections so far. */
  connections: WebSocket[]
}

/** @param greet what happens to each new connection */
export async function startMessageServer(greet: (socket: WebSocket) => void): Promise<MessageServer> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, path: '/ws' })
  const received: string[] = []
  const connections: WebSocket[] = []
  sockets.on('connection', (socket) => {
    connections.push(socket)
    socket.on('message', (data: Buffer) => received.push(data.toString('utf8')))
    socket.on('error', () => undefined)
    greet(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`),
    received,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.terminate()
      sockets.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
