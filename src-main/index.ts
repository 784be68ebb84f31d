/** Entry of the Electron app: builds the shell, makes the app, opens the window. */
import { join } from 'node:path'
import { app as electronApp } from 'electron'
import { createApp } from './app.ts'
import { printFailure, say } from './cli/output.ts'
import { siteOf } from './cli/site-option.ts'
import { loadProfiles } from './services/sites/installed-profiles.ts'
import { userDataFolder } from './shells/data-folder.ts'
import { createElectronPlatform, openWindow, prepareElectron } from './shells/electron/index.ts'

/** In a bundle this file lies in out/main. */
const mainFolder = import.meta.dirname

async function main(): Promise<void> {
  const platform = await createElectronPlatform(mainFolder)
  // Sites lie where the documentation says, for every shell; the platform's folder is Electron's own.
  const profiles = await loadProfiles(siteOf(process.argv.slice(1)), {
    dataFolder: userDataFolder(),
    logger: platform.logger,
  })
  const app = createApp(platform, { profiles })
  await openWindow(app, platform, join(mainFolder, '..'))
}

if (prepareElectron()) {
  main().catch((error: unknown) => {
    say('Vizlink could not start.')
    printFailure(error)
    electronApp.exit(1)
  })
} else {
  electronApp.quit()
}
