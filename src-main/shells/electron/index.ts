/** The Electron shell: platform and window over Electron's own objects. Thin on purpose: nothing here runs in tests. */
import { join } from 'node:path'
import {
  app as electronApp,
  BrowserWindow,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  protocol,
  safeStorage,
  session,
  shell,
  utilityProcess,
} from 'electron'
import type { AppSurface } from '../../ports/app-surface.ts'
import type { Platform } from '../../ports/platform.ts'
import { externalAddress } from '../external-address.ts'
import { createLogger } from '../node/logger.ts'
import { pageSchemes, servePage } from './page-protocol.ts'
import { createUtilityProcessHost } from './process-host.ts'
import { openSecretStore } from './secrets.ts'
import { limitContents, limitPermissions, pageOrigin } from './security.ts'
import { serveContract, windowOptions, windowPartition } from './window.ts'

/** What must happen before Electron is ready. False: another instance runs and was told; quit. */
export function prepareElectron(): boolean {
  if (!electronApp.requestSingleInstanceLock()) return false
  electronApp.enableSandbox()
  // On X11 pictures go to the server by memory that every user of the computer may read and write, unless it is told not to.
  electronApp.commandLine.appendSwitch('no-xshm')
  protocol.registerSchemesAsPrivileged(pageSchemes)
  return true
}

/** Builds the platform; settles when Electron is ready. @param mainFolder `out/main` */
export async function createElectronPlatform(mainFolder: string): Promise<Platform> {
  const logger = createLogger()
  limitContents(electronApp, logger)
  await electronApp.whenReady()
  const dataFolder = electronApp.getPath('userData')
  return {
    shell: 'electron',
    processes: createUtilityProcessHost(utilityProcess, mainFolder, logger),
    clock: { now: () => Date.now() },
    logger,
    secrets: await openSecretStore(safeStorage, join(dataFolder, 'secrets.json'), logger),
    dataFolder,
    notify: (title, body) => {
      if (Notification.isSupported()) new Notification({ title, body }).show()
    },
    openExternal: async (text, plainOrigin) => {
      await shell.openExternal(externalAddress(text, plainOrigin).href)
    },
  }
}

/** Opens the window on `app`; the program ends with its window. @param outFolder `out` */
export async function openWindow(app: AppSurface, platform: Platform, outFolder: string): Promise<void> {
  const { logger } = platform
  const pageSession = session.fromPartition(windowPartition)
  limitPermissions(pageSession, logger)
  servePage(pageSession, join(outFolder, 'renderer'))
  Menu.setApplicationMenu(null)
  const contract = serveContract({
    app,
    ipc: ipcMain,
    createChannel: () => new MessageChannelMain(),
    logger,
  })
  const window = new BrowserWindow(windowOptions(join(outFolder, 'preload', 'index.cjs')))
  contract.add(window)
  // Combinations such as Ctrl+W belong to the remote desktop.
  window.webContents.setIgnoreMenuShortcuts(true)
  window.once('ready-to-show', () => window.show())
  electronApp.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  electronApp.on('window-all-closed', () => {
    contract.dispose()
    // Streams and links end in order, then the program; it does not wait for what hangs.
    void app.dispose().finally(() => electronApp.exit(0))
  })
  await window.loadURL(`${pageOrigin}/index.html`)
}
