/** Entry of the Electron app: builds the shell, makes the app, opens the window. */
import { join } from 'node:path'
import { app as electronApp } from 'electron'
import { createApp } from './app.ts'
import { loadInstalledProfiles } from './services/sites/installed-profiles.ts'
import { createElectronPlatform, openWindow, prepareElectron } from './shells/electron/index.ts'

/** In a bundle this file lies in out/main. */
const mainFolder = import.meta.dirname

async function main(): Promise<void> {
  const platform = await createElectronPlatform(mainFolder)
  const app = createApp(platform, { profiles: await loadInstalledProfiles(platform) })
  await openWindow(app, platform, join(mainFolder, '..'))
}

if (prepareElectron()) {
  main().catch((error: unknown) => {
    process.stderr.write(
      `Vizlink could not start: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    electronApp.exit(1)
  })
} else {
  electronApp.quit()
}
