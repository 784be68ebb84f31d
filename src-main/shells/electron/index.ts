/** The Electron shell: platform and window over Electron's own objects. Decisions lie in the files beside it. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  app as electronApp,
  BrowserWindow,
  crashReporter,
  dialog,
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
import type { Logger, Platform, SecretStore } from '../../ports/platform.ts'
import { nativeFile } from '../../protocols/native.ts'
import { resourceFile } from '../../protocols/resource-file.ts'
import { userDataFolder } from '../data-folder.ts'
import { externalAddress } from '../external-address.ts'
import { createFileSecretStore } from '../node/file-secrets.ts'
import { logFile } from '../node/logger.ts'
import { endInOrder } from './app-end.ts'
import { askWhereToSave } from './downloads.ts'
import { moveEarlierData } from './earlier-data.ts'
import { showFailure } from './failure-dialog.ts'
import { reloadAfterCrash, startPage } from './page-crash.ts'
import { pageSchemes, servePage } from './page-protocol.ts'
import { createUtilityProcessHost } from './process-host.ts'
import { keepRecords } from './records.ts'
import { moveSecrets, openSecretStore } from './secrets.ts'
import { limitContents, limitPermissions } from './security.ts'
import { siteOfSecondStart, type StartArguments } from './start-arguments.ts'
import { serveContract, windowOptions, windowPartition } from './window.ts'

/** What must happen before Electron is ready. False: another instance runs and was told what this start is for; quit. */
export function prepareElectron({ site }: Pick<StartArguments, 'site'>): boolean {
  if (!electronApp.requestSingleInstanceLock({ site })) return false
  electronApp.enableSandbox()
  // On X11 pictures go to the server by memory that every user of the computer may read and write, unless it is told not to.
  electronApp.commandLine.appendSwitch('no-xshm')
  protocol.registerSchemesAsPrivileged(pageSchemes)
  return true
}

/**
 * On Linux the command line's own store: both know the same hosts, and a system without a keyring loses no session
 * (docs/decisions/0004). Elsewhere the system's store, which the command line cannot open.
 */
async function openSecrets(dataFolder: string, logger: Logger): Promise<SecretStore> {
  const file = join(electronApp.getPath('userData'), 'secrets.json')
  if (process.platform !== 'linux') return openSecretStore(safeStorage, file, logger)
  const secrets = createFileSecretStore(join(dataFolder, 'secrets'))
  await moveSecrets(safeStorage, file, secrets, logger)
  return secrets
}

/**
 * Builds the platform; settles when Electron is ready.
 * @param mainFolder `out/main`
 * @throws VizlinkError where the native addon is missing: without it every connection's process would end at once
 */
export async function createElectronPlatform(mainFolder: string): Promise<Platform> {
  const dataFolder = userDataFolder()
  const logger = keepRecords(electronApp, crashReporter, dataFolder)
  limitContents(electronApp, logger)
  await electronApp.whenReady()
  nativeFile()
  moveEarlierData(electronApp.getPath('userData'), dataFolder, logger)
  return {
    shell: 'electron',
    processes: createUtilityProcessHost(utilityProcess, mainFolder, logger),
    clock: { now: () => Date.now() },
    logger,
    secrets: await openSecrets(dataFolder, logger),
    dataFolder,
    notify: (title, body) => {
      if (Notification.isSupported()) new Notification({ title, body }).show()
    },
    openExternal: async (text, plainOrigin) => {
      await shell.openExternal(externalAddress(text, plainOrigin).href)
    },
  }
}

const dialogOptions = (title: string, window: BrowserWindow | null) => ({
  title,
  logFile: logFile(userDataFolder()).replace(homedir(), '~'),
  window,
})

/** Shows why the app could not start; settles when it was read. */
export async function showStartFailure(error: unknown): Promise<void> {
  await electronApp.whenReady()
  await showFailure(dialog, error, dialogOptions('Vizlink could not start.', null))
}

/**
 * Opens the window; the program ends with it. Page and app start side by side, and the window is shown when both are there.
 * @param starting the app, which is still being started; rejects where it cannot
 * @param outFolder `out`
 * @param openSite shows a site that a second start or the system asks for
 */
export async function openWindow(
  starting: Promise<AppSurface>,
  platform: Platform,
  outFolder: string,
  openSite: (file: string) => Promise<void>,
): Promise<void> {
  const { logger, clock } = platform
  const pageSession = session.fromPartition(windowPartition)
  limitPermissions(pageSession, logger)
  askWhereToSave(pageSession, logger)
  servePage(pageSession, join(outFolder, 'renderer'))
  Menu.setApplicationMenu(null)
  const contract = serveContract({
    app: starting,
    ipc: ipcMain,
    createChannel: () => new MessageChannelMain(),
    logger,
  })
  const window = new BrowserWindow(
    windowOptions(
      join(outFolder, 'preload', 'index.cjs'),
      process.platform === 'linux' ? resourceFile('icons/256x256.png') : null,
    ),
  )
  contract.add(window)
  // Combinations such as Ctrl+W belong to the remote desktop.
  window.webContents.setIgnoreMenuShortcuts(true)

  const end = endInOrder(
    electronApp,
    async () => {
      contract.dispose()
      // What ends takes its time; nobody looks at it.
      if (!window.isDestroyed()) window.hide()
      const app = await starting.catch(() => null)
      await app?.dispose()
    },
    logger,
  )
  // Windows tells windows alone that its session ends.
  window.on('session-end', () => end.begin())
  reloadAfterCrash(window.webContents, { ending: () => end.begun, now: () => clock.now(), logger })

  const asked = (site: string): void => {
    openSite(site).catch((error: unknown) =>
      showFailure(dialog, error, dialogOptions('The site could not be opened.', window)),
    )
  }
  electronApp.on('second-instance', (_event, _arguments, _folder, data) => {
    if (end.begun) return
    if (window.isMinimized()) window.restore()
    window.focus()
    const site = siteOfSecondStart(data)
    if (site !== null) asked(site)
  })
  // macOS: a file that is opened while the app runs, or with which it is started.
  electronApp.on('open-file', (event, file) => {
    event.preventDefault()
    asked(file)
  })
  const drawn = new Promise<void>((resolve) => window.once('ready-to-show', () => resolve()))
  await Promise.all([starting, drawn, window.loadURL(startPage)])
  if (!window.isDestroyed()) window.show()
}
