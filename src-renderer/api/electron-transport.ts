/** The contract over the surface that Electron's preload script exposes. */
import { replySchema } from '../../src-main/shared/contract.ts'
import { fail } from '../../src-main/shared/errors.ts'
import { Listeners, type FramePort, type Transport } from './transport.ts'

/** What `src-main/preload` puts on `window`; functions only, no Electron object. */
export interface PreloadBridge {
  call(name: string, input: unknown): Promise<unknown>
  /** Returns how to stop. */
  onEvent(listener: (event: string, data: unknown) => void): () => void
}

declare global {
  interface Window {
    vizlink?: PreloadBridge
  }
}

const portDeadlineMs = 10_000

/** The transport over `bridge`. Frame ports come by `window.postMessage` from the preload script. */
export function createElectronTransport(bridge: PreloadBridge): Transport {
  const eventListeners = new Listeners<[string, unknown]>()
  const arrived = new Map<string, MessagePort>()
  const awaited = new Map<string, (port: MessagePort) => void>()
  bridge.onEvent((event, data) => eventListeners.emit(event, data))

  // The port may come before or after the reply that names it.
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const data = event.data as { type?: unknown; portId?: unknown } | null
    const port = event.ports[0]
    if (event.source !== window || event.origin !== location.origin || !port) return
    if (data?.type !== 'vizlink-frame-port' || typeof data.portId !== 'string') return
    const take = awaited.get(data.portId)
    if (take) take(port)
    else arrived.set(data.portId, port)
  })

  return {
    state: 'connected',
    call: async (name, input) => replySchema.parse(await bridge.call(name, input)),
    onEvent: (listener) => eventListeners.add(listener),
    onState: () => () => undefined,
    takeFramePort({ portId }): Promise<FramePort> {
      const early = arrived.get(portId)
      if (early) {
        arrived.delete(portId)
        return Promise.resolve({ kind: 'message-port', port: early })
      }
      return new Promise((resolve, reject) => {
        const timer = window.setTimeout(() => {
          awaited.delete(portId)
          reject(fail('deadline-exceeded', 'stream-port'))
        }, portDeadlineMs)
        awaited.set(portId, (port) => {
          clearTimeout(timer)
          awaited.delete(portId)
          resolve({ kind: 'message-port', port })
        })
      })
    },
  }
}
