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
  app: AppSurface
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
    const reply = await app.call(sender, typeof name === 'string' ? name : '', input ?? null)
    if (trusted && (name === 'stream.open' || name === 'vnc.open') && reply.ok) {
      handOver((reply.value as { portId: string }).portId, event.senderFrame)
    }
    return reply
  })

  function handOver(
    portId: string,
    frame: { postMessage(channel: string, message: unknown, ports: MessagePortMain[]): void } | null,
  ): void {
    const { port1, port2 } = createChannel()
    if (frame && app.attachStreamPort?.(portId, port1) === true)
      frame.postMessage(channels.framePort, portId, [port2])
    else {
      port1.close()
      port2.close()
    }
  }

  const unsubscribe = app.subscribe((event, data) => {
    for (const window of windows.values()) {
      if (!window.isDestroyed()) window.webContents.send(channels.event, event, data)
    }
  })

  return {
    add(window) {
      const id = window.webContents.id
      windows.set(id, window)
      window.once('closed', () => {
        windows.delete(id)
        app.senderGone(`window-${id}`)
      })
      // The page that follows a crash asks for what it shows itself.
      window.webContents.on('render-process-gone', () => app.senderGone(`window-${id}`))
    },
    dispose() {
      unsubscribe()
      ipc.removeHandler(channels.call)
    },
  }
}
