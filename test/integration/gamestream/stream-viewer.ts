/** A page's end of a frame port: a WebSocket whose accepted connection is continued in the stream process, as the browser shell does it. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { StreamClient } from '../../../src-main/services/host/stream-client.ts'
import { FramePortClient, type VideoUnit } from '../../../src-renderer/stream/frame-port-client.ts'

export interface StreamViewer {
  /** Everything received, by kind, in order. */
  readonly configurations: unknown[]
  readonly units: (Omit<VideoUnit, 'data'> & { data: Uint8Array })[]
  readonly events: unknown[]
  readonly page: FramePortClient
  /** Sends bytes past the page's own code. */
  sendRaw(bytes: Uint8Array | string): void
  readonly closed: Promise<{ code: number; reason: string }>
  close(): void
}

/** Attaches a viewer to `client`; it acknowledges every frame. */
export async function attachViewer(client: StreamClient): Promise<StreamViewer> {
  const server: Server = createServer()
  server.on('upgrade', (request, socket, head) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    )
    if (!client.attachSocket({ headers, head }, socket as Socket)) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const closed = Promise.withResolvers<{ code: number; reason: string }>()
  const configurations: unknown[] = []
  const units: StreamViewer['units'] = []
  const events: unknown[] = []
  const page: FramePortClient = new FramePortClient(
    { send: (message) => socket.send(message), close: () => socket.close() },
    {
      onConfiguration: (configuration) => configurations.push(configuration),
      onVideo: (unit) => {
        units.push({ ...unit, data: Uint8Array.from(unit.data) })
        page.credit(unit.frameNumber, 0)
      },
      onEvent: (event) => events.push(event),
      onRefused: (reason) => events.push({ refused: reason }),
    },
  )
  socket.on('message', (data) => page.receive(new Uint8Array(data as Buffer)))
  socket.on('close', (code, reason) => closed.resolve({ code, reason: reason.toString() }))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => undefined)
  return {
    configurations,
    units,
    events,
    page,
    sendRaw: (bytes) => socket.send(bytes),
    closed: closed.promise,
    close() {
      socket.terminate()
      // Not waited for: it counts the connection that the stream process took as its own.
      server.close()
    },
  }
}
