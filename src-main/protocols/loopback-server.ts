/**
 * A TCP port of loopback that is for this user alone. Every user of the computer can connect to it, so a peer that the kernel says is
 * somebody else is sent away before anything is read or counted. Where the system does not say whose a connection is, there are
 * few places for those that have not shown yet that they may be there.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { ownerOf, type Ends, type SocketOwner } from './socket-owner.ts'

export interface LoopbackBounds {
  /** Connections at a time. */
  maximum: number
  /** How many may be neither known as this user's nor proved; for one more the oldest such one ends. */
  maximumUnknown: number
  /** Milliseconds until a connection ends that is not proved, whosever it is. */
  unprovedMs: number
}

/** Connections whose owner is being looked up; each takes as long as one look at the kernel's table. */
const maximumUnjudged = 256

export interface LoopbackServer {
  readonly server: Server
  /** The connection has shown that it may be here: it ends no more by its age or for another one. */
  prove(socket: Socket): void
  /** The connection is another process's now and counts no more. */
  release(socket: Socket): void
  /** Ends the listening and every connection; settles when the port is free. */
  close: () => Promise<void>
}

/**
 * The caller lets `server` listen.
 * @param onConnection gets each connection that is this user's, unread; also those of which this system does not report whose
 * they are
 */
export function createLoopbackServer(
  bounds: LoopbackBounds,
  onConnection: (socket: Socket) => void,
  look: (socket: Ends) => Promise<SocketOwner> = ownerOf,
): LoopbackServer {
  let unjudged = 0
  const admitted = new Set<Socket>()
  const unproved = new Map<Socket, NodeJS.Timeout>()
  /** Oldest first. */
  const unknown = new Set<Socket>()

  const prove = (socket: Socket): void => {
    clearTimeout(unproved.get(socket))
    unproved.delete(socket)
    unknown.delete(socket)
  }
  const release = (socket: Socket): void => {
    prove(socket)
    admitted.delete(socket)
  }
  const end = (socket: Socket): void => {
    release(socket)
    socket.destroy()
  }

  async function judge(socket: Socket): Promise<void> {
    // Strangers leave nothing behind, not even a connection that waits for its end.
    if (unjudged >= maximumUnjudged) return void socket.resetAndDestroy()
    unjudged++
    const owner = await look(socket)
    unjudged--
    if (socket.destroyed) return
    if (owner === 'other') return void socket.resetAndDestroy()
    const [oldest] = unknown
    if (owner === 'unknown' && oldest && unknown.size >= bounds.maximumUnknown) end(oldest)
    if (admitted.size >= bounds.maximum) return void socket.destroy()
    admitted.add(socket)
    if (owner === 'unknown') unknown.add(socket)
    unproved.set(
      socket,
      setTimeout(() => end(socket), bounds.unprovedMs),
    )
    socket.on('close', () => release(socket))
    onConnection(socket)
    socket.resume()
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    void judge(socket)
  })
  return {
    server,
    prove,
    release,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of [...admitted]) end(socket)
      }),
  }
}
