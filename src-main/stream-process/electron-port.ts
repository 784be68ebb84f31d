/** A frame port over Electron's MessagePort (utility process side). */
import type { PortLike } from '../protocols/handed-over.ts'
import type { AttachPage } from './frame-port.ts'

/** Connects `port` with a frame port; messages are plain Uint8Arrays in both directions. */
export function attachMessagePort(port: PortLike, attach: AttachPage): void {
  const end = attach({ send: (message) => port.postMessage(message), close: () => port.close() })
  port.on('message', ({ data }) => {
    if (data instanceof Uint8Array) end.receive(data)
    else port.close()
  })
  port.on('close', () => end.gone())
  port.start()
}
