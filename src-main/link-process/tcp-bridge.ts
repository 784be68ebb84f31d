/** Listens on loopback and carries each TCP connection as a stream of the relay. */
import { createServer, type Server, type Socket } from 'node:net'
import { maximumRtspMessage } from '../protocols/gamestream/rtsp-rewrite.ts'

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
  /** False while the channel is congested; `drained` tells when it is not. */
  ready(): boolean
  drained(listener: () => void): void
}

const maximumConnections = 32
/** What may wait for a local reader; the link's other traffic must not wait for it, so the connection is reset then. */
const maximumWaiting = 4 * 1024 * 1024

async function listen(
  onConnection: (socket: Socket) => void,
): Promise<{ server: Server; port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (sockets.size >= maximumConnections) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    onConnection(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return { server, port: (server.address() as { port: number }).port, sockets }
}

export interface Bridge {
  port: number
  close(): void
}

/** Carries bytes unchanged (nvhttp, web API). */
export async function startBridge(remotePort: number, sender: StreamSender): Promise<Bridge> {
  const { server, port, sockets } = await listen((socket) => {
    const id = sender.open(remotePort, {
      opened: () => undefined,
      refused: () => socket.resetAndDestroy(),
      data: (chunk) => {
        socket.write(chunk)
        if (socket.writableLength > maximumWaiting) breakOff()
      },
      fin: () => socket.end(),
      reset: () => socket.resetAndDestroy(),
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
      socket.resetAndDestroy()
    }
  })
  return { port, close: () => closeAll(server, sockets) }
}

/**
 * Carries RTSP: one request and one answer a connection. The answer is held back until it is whole (the host closes after
 * it), rewritten, then sent and closed.
 */
export async function startRtspBridge(
  remotePort: number,
  sender: StreamSender,
  rewrite: (request: Buffer, answer: Buffer) => Buffer,
): Promise<Bridge> {
  const { server, port, sockets } = await listen((socket) => {
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
  })
  return { port, close: () => closeAll(server, sockets) }
}

function closeAll(server: Server, sockets: Set<Socket>): void {
  server.close()
  for (const socket of sockets) socket.destroy()
}
