/** A frame port over a WebSocket whose TCP connection was accepted by another process and handed over. */
import type { Socket } from 'node:net'
import { WebSocketServer, type RawData } from 'ws'
import { finishUpgrade } from '../protocols/handed-over.ts'
import { headerSize, maximumPagePayload } from '../shared/stream-port.ts'
import type { AttachPage } from './frame-port.ts'
import type { Upgrade } from '../ports/app-surface.ts'

const server = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: headerSize + maximumPagePayload,
})

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

/** Finishes the upgrade of `socket` and connects it with a port. */
export function acceptWebSocket(upgrade: Upgrade, socket: Socket, attach: AttachPage): void {
  finishUpgrade(server, upgrade, socket, (webSocket) => {
    const port = attach({
      send: (message) => webSocket.send(message),
      close: (reason) => webSocket.close(1008, reason.slice(0, 100)),
    })
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) port.receive(bytesOf(data))
      else webSocket.close(1003, 'binary-only')
    })
    webSocket.on('close', () => port.gone())
    webSocket.on('error', () => webSocket.terminate())
  })
}
