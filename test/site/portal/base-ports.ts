/**
 * Base ports of sessions. The real portal uses 47989 + (display - 10), a step at which hosts on one node collide; all nodes
 * of the demo site share one address, so here each session has a block of ports that no other site of this user has.
 * The fault `ports-clash` takes the real portal's step of one instead.
 */
import { giveBackBasePorts, takeBasePort } from '../support/ports.ts'

export interface BasePorts {
  /** A free base port that no session in `inUse` has. */
  allocate(inUse: number[]): Promise<number>
  dispose(): Promise<void>
}

/** `clash`: asked every time; whether a session gets the port beside another's, whose host then holds some of its seven. */
export function createBasePorts(clash: () => boolean): BasePorts {
  /** Of this site; true: its session has been seen. */
  const mine = new Map<number, boolean>()
  const giveBack = (ports: number[]): void => {
    giveBackBasePorts(ports)
    for (const port of ports) mine.delete(port)
  }
  return {
    async allocate(inUse) {
      for (const port of inUse) if (mine.has(port)) mine.set(port, true)
      giveBack([...mine].filter(([port, seen]) => seen && !inUse.includes(port)).map(([port]) => port))
      const [neighbour] = inUse
      if (clash() && neighbour !== undefined) return neighbour + 1
      const port = await takeBasePort()
      mine.set(port, false)
      return port
    },
    async dispose() {
      giveBack([...mine.keys()])
    },
  }
}
