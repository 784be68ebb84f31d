/** VNC ports of sessions, drawn from 5901 to 5999 as the real portal does, and each one this site's alone. */
import { randomInt } from 'node:crypto'
import { giveBackPorts, takePorts } from '../support/port-table.ts'
import { listens } from '../support/ports.ts'

const first = 5901
const count = 99

export interface VncPorts {
  /** @returns null when all are in use */
  take(): Promise<number | null>
  giveBack(port: number): void
  dispose(): Promise<void>
}

export function createVncPorts(): VncPorts {
  const mine = new Set<number>()
  return {
    // The real portal does not look whether a port is in use; here other programs share the node.
    async take() {
      const offset = randomInt(count)
      const order = Array.from({ length: count }, (_, index) => first + ((offset + index) % count))
      const refused: number[] = []
      try {
        for (;;) {
          const port = takePorts(order)
          if (port === null) return null
          if (await listens(port)) refused.push(port)
          else {
            mine.add(port)
            return port
          }
        }
      } finally {
        giveBackPorts(refused)
      }
    },
    giveBack(port) {
      if (mine.delete(port)) giveBackPorts([port])
    },
    async dispose() {
      giveBackPorts([...mine])
      mine.clear()
    },
  }
}
