/** Ports for the bytes of pictures: ids that a page may use once, each for one taker. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Upgrade } from '../../ports/app-surface.ts'

/** Ids that no page came for must not pile up. */
const maximumUnused = 16

/** What takes the socket (browser shell) or the MessagePortMain (Electron) of one page. False: it is over, the caller closes it. */
export interface PortTaker {
  attachSocket(upgrade: Upgrade, socket: Socket): boolean
  attachPort(port: object): boolean
}

export class FramePorts {
  private readonly takers = new Map<string, PortTaker>()

  /** @returns the id, good once */
  add(taker: PortTaker): string {
    const portId = randomUUID()
    this.takers.set(portId, taker)
    const oldest = this.takers.keys().next()
    if (this.takers.size > maximumUnused && !oldest.done) this.takers.delete(oldest.value)
    return portId
  }

  attachSocket(portId: string, upgrade: Upgrade, socket: Socket): boolean {
    return this.take(portId)?.attachSocket(upgrade, socket) ?? false
  }

  attachPort(portId: string, port: object): boolean {
    return this.take(portId)?.attachPort(port) ?? false
  }

  private take(portId: string): PortTaker | undefined {
    const taker = this.takers.get(portId)
    this.takers.delete(portId)
    return taker
  }
}
