/**
 * Base ports of sessions. The real portal uses 47989 + (display - 10), a step at which hosts on one node collide; all nodes
 * of the demo site share one address, so here each display has a block of 30 ports, in a range of this site's own below the
 * kernel's ephemeral ports, and a block is taken only when all seven ports of a host can be bound.
 * The fault `ports-clash` takes the real portal's step of one instead.
 */
import { randomInt } from 'node:crypto'
import { gameStreamPortsAreFree } from '../support/ports.ts'

const step = 30
const first = 20_010
const blocks = 400

export interface BasePorts {
  /** A free base port for a display (10..99) that no session in `taken` has. */
  allocate(display: number, taken: number[]): Promise<number>
}

/**
 * `clash`: asked every time; whether a session gets the port beside another's, whose host then holds some of its seven.
 * `offset`: first block of this site, for tests; random by default so that sites side by side seldom meet.
 */
export function createBasePorts(clash: () => boolean, offset = randomInt(blocks)): BasePorts {
  return {
    async allocate(display, taken) {
      const [neighbour] = taken
      if (clash() && neighbour !== undefined) return neighbour + 1
      for (let attempt = 0; attempt < blocks; attempt++) {
        const port = first + ((offset + display - 10 + attempt) % blocks) * step
        if (!taken.includes(port) && (await gameStreamPortsAreFree(port))) return port
      }
      throw new Error('No block of free ports for a host')
    },
  }
}
