/**
 * Listening sockets for the app alone, in a folder that only this user may enter; on Windows named pipes with names that no program
 * can guess (docs/decisions/0011-sockets-for-the-app-alone.md).
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { makeOwnFolder, sweepOwnFolders } from '../protocols/own-folders.ts'

export interface PrivateSocket {
  /** What `net.connect` takes. */
  readonly path: string
  /** Ends the socket and every connection that came by it. */
  close(): void
}

export interface PrivateSocketOptions {
  /** Part of its name, for a person who looks into the folder. */
  purpose: 'forward' | 'http' | 'https' | 'web' | 'askpass'
  /** Connections at a time; more are sent away. */
  maximumConnections: number
  /** Whether a connection whose far end has ended may still be written to. */
  allowHalfOpen?: boolean
}

const onWindows = process.platform === 'win32'

/** The sockets of one process, in one folder that is made with the first of them. */
export class PrivateSockets {
  private folder: string | null = null
  private making: Promise<string> | null = null
  private counter = 0
  private closed = false

  /** @throws what the file system says when there is no place for the folder */
  async listen(
    options: PrivateSocketOptions,
    onConnection: (socket: Socket) => void,
  ): Promise<PrivateSocket> {
    const path = onWindows
      ? `\\\\.\\pipe\\vizlink-${randomBytes(16).toString('hex')}`
      : join(await this.place(), `${options.purpose}-${++this.counter}`)
    const sockets = new Set<Socket>()
    const server = createServer({ allowHalfOpen: options.allowHalfOpen ?? false }, (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      onConnection(socket)
    })
    server.maxConnections = options.maximumConnections
    await listening(server, path)
    if (!onWindows) chmodSync(path, 0o600)
    return {
      path,
      close() {
        server.close()
        for (const socket of sockets) socket.destroy()
      },
    }
  }

  /** A path in the folder, for a file or socket that another program makes. */
  async reserve(purpose: 'ssh' | 'ssh_config'): Promise<string> {
    return join(await this.place(), `${purpose}-${++this.counter}`)
  }

  /** Removes the folder with whatever is in it; none is made afterwards. */
  close(): void {
    this.closed = true
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true })
    this.folder = null
  }

  private place(): Promise<string> {
    this.making ??= this.makeFolder()
    return this.making
  }

  private async makeFolder(): Promise<string> {
    const [folder] = await Promise.all([makeOwnFolder('link'), sweepOwnFolders()])
    this.folder = folder
    // Also when this process ends by an uncaught error.
    process.once('exit', () => this.close())
    if (this.closed) {
      this.close()
      throw new Error('the sockets are closed')
    }
    return folder
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve()
    })
  })
}
