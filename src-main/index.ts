/** Entry of the Electron app: builds the shell, makes the app, opens the window. */
import { join } from 'node:path'
import { app as electronApp } from 'electron'
import { createApp } from './app.ts'
import { printFailure, say } from './cli/output.ts'
import { loadProfiles } from './services/sites/installed-profiles.ts'
import { loadProfile } from './services/sites/load-profile.ts'
import {
  createElectronPlatform,
  openWindow,
  prepareElectron,
  showStartFailure,
} from './shells/electron/index.ts'
import { startArguments, type StartArguments } from './shells/electron/start-arguments.ts'
import { version } from './version.ts'

/** In a bundle this file lies in out/main. */
const mainFolder = import.meta.dirname

async function openApp({ site }: StartArguments): Promise<void> {
  const platform = await createElectronPlatform(mainFolder)
  const profiles = await loadProfiles(site ?? undefined, platform)
  const app = createApp(platform, { profiles })
  await openWindow(app, platform, join(mainFolder, '..'), async (file) =>
    app.openSite(await loadProfile(file)),
  )
}

async function couldNotStart(error: unknown): Promise<void> {
  say('Vizlink could not start.')
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
  } catch {
    // The reason is on standard error.
    electronApp.exit(2)
    return
  }
  if (start.print !== null) {
    process.stdout.write(start.print)
    electronApp.exit(0)
  } else if (prepareElectron(start)) {
    openApp(start).catch(couldNotStart)
  } else {
    electronApp.quit()
  }
}

main()
