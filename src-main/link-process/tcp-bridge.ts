/** Ways to the host's TCP ports here: what connects to one is carried as a stream of the relay. */
import type { AddressInfo, Socket } from 'node:net'
import { maximumRtspMessage } from '../protocols/gamestream/rtsp-rewrite.ts'
import { createLoopbackServer } from '../protocols/loopback-server.ts'
import type { PrivateSocket, PrivateSockets } from './private-sockets.ts'

/** One stream's handlers on our side. */
export interface RelayStream {
  opened(): void
  refused(): void
  data(chunk: Buffer): void
  fin(): void
  reset(): void
}

/** Sending side of the relay's streams. */
export interface StreamSender {
  /** A new stream to the host's `port`; null when the link is gone. */
  open(port: number, stream: RelayStream): number | null
  data(id: number, chunk: Buffer): void
  fin(id: number): void
  reset(id: number): void
  /** Both directions have ended. */
  done(id: number): void
  /** False while the channel is congested; `drained` reports when it is not. */
  ready(): boolean
  drained(listener: () => void): void
}

const maximumConnections = 32
/** What may wait for a local reader; the link's other traffic must not wait for it, so the connection is reset then. */
const maximumWaiting = 4 * 1024 * 1024
/** The library opens one connection after the other, and waits 15 s for an answer. */
const rtspBounds = { maximum: 8, maximumUnknown: 4, unprovedMs: 20_000 }

/** Carries bytes unchanged (nvhttp, web API), for the app alone. A stream that breaks ends early, as far as a socket shows. */
export function startBridge(
  purpose: 'http' | 'https' | 'web',
  remotePort: number,
  sender: StreamSender,
  sockets: PrivateSockets,
): Promise<PrivateSocket> {
  return sockets.listen({ purpose, maximumConnections, allowHalfOpen: true }, (socket) => {
    const id = sender.open(remotePort, {
      opened: () => undefined,
      refused: () => socket.destroy(),
      data: (chunk) => {
        socket.write(chunk)
        if (socket.writableLength > maximumWaiting) breakOff()
      },
      fin: () => socket.end(),
      reset: () => socket.destroy(),
    })
    if (id === null) {
      socket.destroy()
      return
    }
    socket.on('data', (chunk: Buffer) => {
      sender.data(id, chunk)
      if (sender.ready()) return
      socket.pause()
      sender.drained(() => socket.resume())
    })
    socket.on('end', () => sender.fin(id))
    socket.on('close', (broken) => (broken ? sender.reset(id) : sender.done(id)))
    const breakOff = (): void => {
      sender.reset(id)
      socket.destroy()
    }
  })
}

export interface RtspBridge {
  readonly port: number
  close(): void
}

/**
 * Carries RTSP: one request and one answer a connection. The answer is held back until it is whole (the host closes after
 * it), rewritten, then sent and closed. The library knows TCP alone, so this is a port of 127.0.0.1, for this user's programs.
 */
export async function startRtspBridge(
  remotePort: number,
  sender: StreamSender,
  rewrite: (request: Buffer, answer: Buffer) => Buffer,
): Promise<RtspBridge> {
  const carry = (socket: Socket): void => {
    const request: Buffer[] = []
    const answer: Buffer[] = []
    let size = 0
    const tooMuch = (chunk: Buffer): boolean => (size += chunk.length) > 2 * maximumRtspMessage
    const id = sender.open(remotePort, {
      opened: () => undefined,
      refused: () => socket.resetAndDestroy(),
      data: (chunk) => {
        if (tooMuch(chunk)) breakOff()
        else answer.push(chunk)
      },
      fin: () => socket.end(rewrite(Buffer.concat(request), Buffer.concat(answer))),
      reset: () => socket.resetAndDestroy(),
    })
    if (id === null) {
      socket.destroy()
      return
    }
    socket.on('data', (chunk: Buffer) => {
      if (tooMuch(chunk)) return breakOff()
      request.push(chunk)
      sender.data(id, chunk)
    })
    socket.on('end', () => sender.fin(id))
    socket.on('close', () => {
      sender.fin(id)
      sender.done(id)
    })
    const breakOff = (): void => {
      sender.reset(id)
      socket.resetAndDestroy()
    }
  }
  const { server, close } = createLoopbackServer(rtspBounds, carry)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => void close() }
}
