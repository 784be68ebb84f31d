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
import { translate, translator, type Text } from '../../shared/texts/index.ts'
import { userDataFolder } from '../data-folder.ts'
import { externalAddress } from '../external-address.ts'
import { createFileSecretStore } from '../node/file-secrets.ts'
import { logFile } from '../node/logger.ts'
import { endInOrder } from './app-end.ts'
import { keepCompiledCode } from './compiled-code.ts'
import { askWhereToSave } from './downloads.ts'
import { moveEarlierData } from './earlier-data.ts'
import { showFailure } from './failure-dialog.ts'
import { currentLanguage, followLanguage, readLanguage } from './language.ts'
import { reloadAfterCrash, startPage } from './page-crash.ts'
import { pageSchemes, servePage } from './page-protocol.ts'
import { createUtilityProcessHost } from './process-host.ts'
import { keepRecords } from './records.ts'
import { moveSecrets, openSecretStore } from './secrets.ts'
import { limitContents, limitPermissions, noSandbox, sandboxIsOff } from './security.ts'
import { siteOfSecondStart, type StartArguments } from './start-arguments.ts'
import { serveContract, windowOptions, windowPartition } from './window.ts'

/** What is known of a start before Electron is ready. */
export interface PreparedStart {
  /** Asked before this program switches the sandbox on. */
  withoutSandbox: boolean
  /** Folder of compiled code; null: this Node.js keeps none. */
  compiledCode: string | null
}

/**
 * What must happen before Electron is ready.
 * @returns null where another instance runs and knows now what this start is for: quit
 */
export function prepareElectron({ site }: Pick<StartArguments, 'site'>): PreparedStart | null {
  if (!electronApp.requestSingleInstanceLock({ site })) return null
  const withoutSandbox = sandboxIsOff(electronApp.commandLine, process.env)
  electronApp.enableSandbox()
  const compiledCode = keepCompiledCode(electronApp.getPath('userData'))
  // On X11 pictures go to the server by memory that every user of the computer may read and write, unless this switch is there.
  electronApp.commandLine.appendSwitch('no-xshm')
  protocol.registerSchemesAsPrivileged(pageSchemes)
  return { withoutSandbox, compiledCode }
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
 * Settles when Electron is ready for a window.
 * @returns the log
 * @throws VizlinkError where it is started without its sandbox
 */
export async function whenElectronIsReady({ withoutSandbox }: PreparedStart): Promise<Logger> {
  const logger = keepRecords(electronApp, crashReporter, userDataFolder())
  limitContents(electronApp, logger)
  if (withoutSandbox) throw noSandbox()
  await electronApp.whenReady()
  return logger
}

/**
 * Builds the platform, once Electron is ready.
 * @param mainFolder `out/main`
 * @throws VizlinkError where the native addon is missing: without it every connection's process would end at once
 */
export async function createElectronPlatform(
  mainFolder: string,
  { compiledCode }: PreparedStart,
  logger: Logger,
): Promise<Platform> {
  nativeFile()
  const dataFolder = userDataFolder()
  moveEarlierData(electronApp.getPath('userData'), dataFolder, logger)
  await readLanguage()
  return {
    shell: 'electron',
    processes: createUtilityProcessHost(
      utilityProcess,
      mainFolder,
      logger,
      compiledCode === null ? {} : { NODE_COMPILE_CACHE: compiledCode },
    ),
    clock: { now: () => Date.now() },
    logger,
    secrets: await openSecrets(dataFolder, logger),
    dataFolder,
    notify: (title, body) => {
      const words = (text: Text): string => translate(text, currentLanguage())
      if (Notification.isSupported()) new Notification({ title: words(title), body: words(body) }).show()
    },
    systemProxy: (url) => session.defaultSession.resolveProxy(url),
    openExternal: async (text, plainOrigin) => {
      await shell.openExternal(externalAddress(text, plainOrigin).href)
    },
  }
}

const dialogOptions = (title: 'shell.startFailed' | 'shell.siteFailed', window: BrowserWindow | null) => {
  const language = currentLanguage()
  const file = logFile(userDataFolder()).replace(homedir(), '~')
  return { title: translator(language)(title), logFile: file, window, language }
}

/** Shows why the app could not start; settles when it was read. */
export async function showStartFailure(error: unknown): Promise<void> {
  await Promise.all([electronApp.whenReady(), readLanguage()])
  await showFailure(dialog, error, dialogOptions('shell.startFailed', null))
}

/**
 * Opens the window; the program ends with it. The window is shown when page and app are there.
 * @param startApp called once, when the page's script begins: loading most of the code holds this process up, from which the page has
 *   its files, and takes about as long as the page needs before it asks for anything else
 * @param outFolder `out`
 * @param openSite shows a site that a second start or the system asks for
 */
export async function openWindow<Started extends AppSurface>(
  startApp: () => Promise<Started>,
  logger: Logger,
  outFolder: string,
  openSite: (file: string, app: Started) => Promise<void>,
): Promise<void> {
  const pageSession = session.fromPartition(windowPartition)
  limitPermissions(pageSession, logger)
  askWhereToSave(pageSession, logger, () => translator(currentLanguage()))
  const loaded = Promise.withResolvers<void>()
  const begins = servePage(pageSession, join(outFolder, 'renderer'))
  const starting = Promise.race([begins, loaded.promise]).then(() => {
    if (end.begun) throw new Error('ended before it began')
    return startApp()
  })
  starting.then(followLanguage, () => undefined)
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
      // What ends takes its time, out of sight.
      if (!window.isDestroyed()) window.hide()
      // A page that has not begun does not hold the end up.
      loaded.resolve()
      const app = await starting.catch(() => null)
      await app?.dispose()
    },
    logger,
  )
  // Windows notifies only windows that its session ends.
  window.on('session-end', () => end.begin())
  reloadAfterCrash(window.webContents, { ending: () => end.begun, now: () => Date.now(), logger })

  const asked = (site: string): void => {
    const open = (app: Started): Promise<void> =>
      openSite(site, app).catch((error: unknown) =>
        showFailure(dialog, error, dialogOptions('shell.siteFailed', window)),
      )
    // Where the app does not start its own dialog says why.
    starting.then(open, () => undefined).catch(() => undefined)
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
  loaded.resolve(window.loadURL(startPage))
  await Promise.all([starting, drawn, loaded.promise]).catch((error: unknown) => {
    if (!end.begun) throw error
  })
  if (!end.begun && !window.isDestroyed()) window.show()
}
