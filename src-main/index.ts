/** Entry of the Electron app: opens the window, and starts the app while the window's page comes up. */
import { join } from 'node:path'
import { app as electronApp } from 'electron'
import type { App } from './app.ts'
import type { Logger } from './ports/platform.ts'
import {
  createElectronPlatform,
  openWindow,
  prepareElectron,
  showStartFailure,
  whenElectronIsReady,
  type PreparedStart,
} from './shells/electron/index.ts'
import { startArguments, type StartArguments } from './shells/electron/start-arguments.ts'
import { version } from './version.ts'

/** In a bundle this file lies in out/main. */
const mainFolder = import.meta.dirname

/** Most of the code is loaded here. */
async function startApp(logger: Logger, prepared: PreparedStart, site: string | null): Promise<App> {
  const [{ createApp }, { loadProfiles }, platform] = await Promise.all([
    import('./app.ts'),
    import('./services/sites/index.ts'),
    createElectronPlatform(mainFolder, prepared, logger),
  ])
  return createApp(platform, await loadProfiles(site ?? undefined, platform))
}

async function openApp({ site }: StartArguments, prepared: PreparedStart): Promise<void> {
  const logger = await whenElectronIsReady(prepared)
  const start = (): Promise<App> => startApp(logger, prepared, site)
  await openWindow(start, logger, join(mainFolder, '..'), async (file, app) => {
    const { loadProfile } = await import('./services/sites/index.ts')
    app.openSite(await loadProfile(file))
  })
  const { loadLaterCode } = await import('./later-code.ts')
  await loadLaterCode()
}

async function couldNotStart(error: unknown): Promise<void> {
  const [{ printFailure, say }, texts] = await Promise.all([
    import('./cli/output.ts'),
    import('./cli/texts.ts'),
  ])
  await texts.followSettings()
  say(texts.t('shell.startFailed'))
  printFailure(error)
  await showStartFailure(error)
  electronApp.exit(1)
}

function main(): void {
  // Electron started on a folder has that folder's name as its first argument.
  const own = process.argv.slice(process.defaultApp ? 2 : 1)
  let start: StartArguments
  try {
    start = startArguments(own, process.cwd(), version)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    electronApp.exit(2)
    return
  }
  if (start.print !== null) {
    process.stdout.write(start.print)
    electronApp.exit(0)
    return
  }
  const prepared = prepareElectron(start)
  if (prepared) openApp(start, prepared).catch(couldNotStart)
  else electronApp.quit()
}

main()
