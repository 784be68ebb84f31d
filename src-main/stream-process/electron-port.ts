/** A frame port over Electron's MessagePort (utility process side). Types only: Electron is not imported here. */
import type { FramePortTransport } from './frame-port.ts'

/** The part of Electron's MessagePortMain that is used. Buffers must never be in a transfer list here: they get lost. */
export interface PortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** `process.parentPort` of an Electron utility process. */
export interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: PortLike[] }) => void): unknown
}

/** Connects `port` with a frame port; messages are plain Uint8Arrays in both directions. */
export function attachMessagePort(
  port: PortLike,
  attach: (transport: FramePortTransport) => { receive(message: Uint8Array): void; gone(): void },
): void {
  const end = attach({ send: (message) => port.postMessage(message), close: () => port.close() })
  port.on('message', ({ data }) => {
    if (data instanceof Uint8Array) end.receive(data)
    else port.close()
  })
  port.on('close', () => end.gone())
  port.start()
}
