/**
 * What the page sees of Electron: two functions, no Electron object, no event argument. Nothing of the contract is loaded here,
 * because the window waits for this script: main's router knows the calls and checks what comes with them.
 */
import type { IpcRenderer } from 'electron'

/** Channels between preload and main; the only ones there are. */
export const channels = { call: 'call', event: 'event', framePort: 'frame-port' } as const

export interface PreloadSurface {
  call(name: string, input: unknown): Promise<unknown>
  onEvent(listener: (event: string, data: unknown) => void): () => void
}

/** Builds the surface over the part of `ipcRenderer` that is used. */
export function createSurface(ipc: Pick<IpcRenderer, 'invoke' | 'on' | 'removeListener'>): PreloadSurface {
  return {
    call(name, input) {
      if (typeof name !== 'string') return Promise.reject(new TypeError('unknown call'))
      return ipc.invoke(channels.call, name, input)
    },
    onEvent(listener) {
      const pass = (_event: unknown, name: unknown, data: unknown): void => {
        if (typeof name === 'string') listener(name, data)
      }
      ipc.on(channels.event, pass)
      return () => void ipc.removeListener(channels.event, pass)
    },
  }
}
