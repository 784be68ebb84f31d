/**
 * A TCP port behind the login host, for the app alone: a socket in a folder that only this user may enter (a named pipe
 * with an unguessable name on Windows). Whoever connects to it gets a channel of the login.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, rmdirSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Client, ClientChannel } from 'ssh2'
import { fail } from '../shared/errors.ts'
import type { Timer } from '../protocols/ssh/connect.ts'

export interface ForwardTarget {
  /** As the login host sees it. */
  address: string
  port: number
}

const mostConnections = 8

/** A channel to a port; rejects with what the server says (`forbids`). */
export function channelTo(client: Client, { address, port }: ForwardTarget): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      if (error) reject(error)
      else resolve(channel)
    })
  })
}

/** SSH tells apart a server that forwards nothing and a port at which nobody answers. */
export const forbids = (error: Error & { reason?: unknown }): boolean =>
  error.reason === 1 || /prohibited/i.test(error.message)

function refusal(error: Error, { address, port }: ForwardTarget): Error {
  const forbidden = forbids(error)
  return fail('forward-refused', {
    message: forbidden
      ? 'The login host forwards no connections.'
      : `Nothing answers at ${address}:${port} behind the login host.`,
    nextStep: forbidden
      ? 'Ask your administrator for AllowTcpForwarding; without it Vizlink asks the portal instead.'
      : 'Ask your administrator to check the address in the site profile.',
    evidence: [{ label: 'answer', value: error.message.slice(0, 300) }],
  })
}

export class Forward {
  readonly path: string
  private readonly server: Server
  private readonly sockets = new Set<Socket>()

  private readonly folder: string

  private constructor(server: Server, path: string, folder: string) {
    this.server = server
    this.path = path
    this.folder = folder
  }

  /**
   * Tries the way once, then listens.
   * @param folder of the app's own, 0700
   * @throws VizlinkError forward-refused
   */
  static async open(client: Client, target: ForwardTarget, folder: string, timer: Timer): Promise<Forward> {
    const opened = channelTo(client, target).catch((error: Error) => Promise.reject(refusal(error, target)))
    const probe = await timer.race('Opening a forward', opened)
    probe.destroy()
    const path =
      process.platform === 'win32'
        ? `\\\\.\\pipe\\vizlink-${randomBytes(16).toString('hex')}`
        : join(folder, 's')
    const server = createServer((socket) => forward.connect(client, target, socket))
    const forward = new Forward(server, path, folder)
    server.maxConnections = mostConnections
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    if (process.platform !== 'win32') chmodSync(path, 0o600)
    return forward
  }

  /** Removes the socket and its folder too. */
  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
    try {
      rmdirSync(this.folder)
    } catch {
      // Whoever made it removed it already, or put something into it.
    }
  }

  private connect(client: Client, target: ForwardTarget, socket: Socket): void {
    this.sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.sockets.delete(socket))
    channelTo(client, target).then(
      (channel) => {
        channel.on('error', () => undefined)
        channel.on('close', () => socket.destroy())
        socket.on('close', () => channel.destroy())
        if (socket.destroyed) channel.destroy()
        else socket.pipe(channel).pipe(socket)
      },
      () => socket.destroy(),
    )
  }
}
