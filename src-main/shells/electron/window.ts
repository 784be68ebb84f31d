/** The window and its side of the contract: one call channel, one event channel, frame ports. */
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  ipcMain,
  MessageChannelMain,
  MessagePortMain,
} from 'electron'
import { channels } from '../../preload/surface.ts'
import type { AppSurface } from '../../ports/app-surface.ts'
import type { Logger } from '../../ports/platform.ts'
import { isTrustedSender } from './security.ts'

export const windowPartition = 'persist:client'

/**
 * Everything that is a default is stated too: a later change of a default must not open the page up.
 * @param icon a PNG file, where the system takes none from the program; null: it does
 */
export function windowOptions(preload: string, icon: string | null): BrowserWindowConstructorOptions {
  return {
    ...(icon === null ? {} : { icon }),
    width: 1360,
    height: 860,
    minWidth: 640,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      partition: windowPartition,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      // The picture must go on while another window covers this one.
      backgroundThrottling: false,
    },
  }
}

export interface ContractOptions {
  /** It may still be starting: what the page asks for meanwhile waits. */
  app: Promise<AppSurface>
  ipc: Pick<typeof ipcMain, 'handle' | 'removeHandler'>
  createChannel: () => MessageChannelMain
  logger: Logger
}

/** Connects windows with the app. `add` takes a window as a trusted sender until it is closed. */
export function serveContract({ app, ipc, createChannel, logger }: ContractOptions): {
  add(window: BrowserWindow): void
  dispose(): void
} {
  const windows = new Map<number, BrowserWindow>()

  ipc.handle(channels.call, async (event, name: unknown, input: unknown) => {
    const trusted = isTrustedSender(event, windows)
    if (!trusted) logger.log('warn', 'call.untrusted-sender', { contents: event.sender.id })
    const sender = { id: `window-${event.sender.id}`, trusted }
    const surface = await app
    const reply = await surface.call(sender, typeof name === 'string' ? name : '', input ?? null)
    if (trusted && name === 'desktop.openPort' && reply.ok) {
      handOver(surface, (reply.value as { portId: string }).portId, event.senderFrame)
    }
    return reply
  })

  function handOver(
    surface: AppSurface,
    portId: string,
    frame: { postMessage(channel: string, message: unknown, ports: MessagePortMain[]): void } | null,
  ): void {
    const { port1, port2 } = createChannel()
    if (frame && surface.attachStreamPort?.(portId, port1) === true)
      frame.postMessage(channels.framePort, portId, [port2])
    else {
      port1.close()
      port2.close()
    }
  }

  /** Where the app does not start somebody else says why. */
  const whenStarted = (work: (surface: AppSurface) => void): void => void app.then(work, () => undefined)
  const senderGone = (id: number): void => whenStarted((surface) => surface.senderGone(`window-${id}`))

  let disposed = false
  let unsubscribe = (): void => undefined
  whenStarted((surface) => {
    if (disposed) return
    const stop = surface.subscribe((event, data) => {
      for (const window of windows.values()) {
        if (!window.isDestroyed()) window.webContents.send(channels.event, event, data)
      }
    })
    unsubscribe = () => void stop()
  })

  return {
    add(window) {
      const id = window.webContents.id
      windows.set(id, window)
      window.once('closed', () => {
        windows.delete(id)
        senderGone(id)
      })
      // The page that follows a crash asks for what it shows itself.
      window.webContents.on('render-process-gone', () => senderGone(id))
    },
    dispose() {
      disposed = true
      unsubscribe()
      ipc.removeHandler(channels.call)
    },
  }
}
