/// <reference lib="dom" />
/** Preload script of Electron's window (sandboxed, built as CommonJS). */
import { contextBridge, ipcRenderer } from 'electron'
import { channels, createSurface } from './surface.ts'

contextBridge.exposeInMainWorld('vizlink', createSurface(ipcRenderer))

// A MessagePort cannot cross the bridge as a value: it goes to the page as a message of its own window.
ipcRenderer.on(channels.framePort, (event, portId: unknown) => {
  const port = event.ports[0]
  if (typeof portId === 'string' && port) {
    window.postMessage({ type: 'vizlink-frame-port', portId }, window.location.origin, [port])
  }
})
