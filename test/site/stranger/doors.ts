/** The two ports outside that lead into the strange site, and one that redirects. Their sockets come from outside. */
import { connect } from 'node:net'
import type { Server, Socket } from 'node:net'
import { outside } from '../support/addresses.ts'

export const doorNames = ['portal', 'redirect', 'login'] as const
export type DoorName = (typeof doorNames)[number]
/** The login host is another machine than the controller: clients that compare addresses must see that. */
export const doorAddresses: Readonly<Record<DoorName, string>> = {
  portal: outside,
  redirect: outside,
  login: '127.0.0.3',
}

export interface Door {
  /** As the outside knows it. */
  readonly port: number
  /** Leads to an address of the cluster from now on. */
  leadTo(address: string, port: number): void
  close(): void
}

function doorOf(server: Server): Door {
  let target: { host: string; port: number } | null = null
  const open = new Set<Socket>()
  server.on('connection', (outer: Socket) => {
    if (!target) return outer.destroy()
    const inner = connect(target)
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.pipe(other)
      socket.once('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
  })
  const { port } = server.address() as { port: number }
  return {
    port,
    leadTo: (host, to) => (target = { host, port: to }),
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** Takes the doors from the process that has started this one. */
export async function takeDoors(): Promise<Record<DoorName, Door>> {
  const doors = new Map<string, Door>()
  await new Promise<void>((resolve) => {
    const take = (name: unknown, server: unknown): void => {
      doors.set(String(name), doorOf(server as Server))
      process.send?.(name, undefined, undefined, () => {
        if (doors.size === doorNames.length) resolve()
      })
    }
    process.on('message', take)
  })
  process.removeAllListeners('message')
  process.disconnect()
  return Object.fromEntries(doors) as Record<DoorName, Door>
}
