/**
 * The licences of Electron and Chromium, which must go along with them. electron-builder takes from a given folder for macOS the app
 * alone, beside which they lie there; elsewhere it has put them in already.
 */
import { copyFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

const names = { LICENSE: 'LICENSE.electron.txt', 'LICENSES.chromium.html': 'LICENSES.chromium.html' }

/** Called by electron-builder when a tree is made, before it is signed. @throws where a given folder has no licences */
export default async function addLicences({ electronPlatformName, appOutDir, packager }) {
  const folder = packager.config.electronDist
  if (electronPlatformName !== 'darwin' || typeof folder !== 'string') return
  const resources = packager.getResourcesDir(appOutDir)
  for (const [name, ours] of Object.entries(names)) {
    // A folder of Electron's own names them so, a package's as we do.
    const found = await stat(join(folder, name)).then(
      () => name,
      () => ours,
    )
    await copyFile(join(folder, found), join(resources, ours))
  }
}
