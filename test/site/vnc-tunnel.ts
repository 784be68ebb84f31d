/** The dashboard's way to a VNC desktop: a listener on the controller, which the real portal binds to every address. */
import { createServer, type Server } from 'node:net'
import { freePorts } from './support/ports.ts'

export interface VncTunnel {
  readonly port: number
  /** Opens it to the network, or closes it. Connections end at once. */
  setPublic(open: boolean): Promise<void>
  dispose(): Promise<void>
}

export async function createVncTunnel(): Promise<VncTunnel> {
  const [port] = await freePorts(1)
  let server: Server | null = null
  const setPublic = async (open: boolean): Promise<void> => {
    if (open === (server !== null)) return
    if (server) {
      const closing = server
      server = null
      await new Promise((resolve) => closing.close(resolve))
      return
    }
    const opening = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve, reject) => {
      opening.once('error', reject)
      opening.listen(port, '0.0.0.0', resolve)
    })
    server = opening
  }
  return { port: port!, setPublic, dispose: () => setPublic(false) }
}
