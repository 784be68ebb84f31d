/**
 * The folder in which electron-builder looks for the tools of AppImage. Programs are the system's; the runtime that comes before the
 * files is in no package, so a builder who wants an AppImage names one (`APPIMAGE_RUNTIME`).
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const appImageVariable = 'APPIMAGE_RUNTIME'

/**
 * @returns {string | null} a temporary folder, which the caller removes; null where no AppImage is wanted
 * @throws {Error} the runtime is not there
 */
export function appImageTools() {
  const runtime = process.env[appImageVariable]
  if (!runtime) return null
  if (!existsSync(runtime)) throw new Error(`${appImageVariable}: there is no file ${runtime}.`)
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-appimage-'))
  mkdirSync(join(folder, 'linux-x64'))
  mkdirSync(join(folder, 'lib', 'x64'), { recursive: true })
  for (const program of ['mksquashfs', 'desktop-file-validate'])
    symlinkSync(join('/usr/bin', program), join(folder, 'linux-x64', program))
  copyFileSync(runtime, join(folder, 'runtime-x64'))
  return folder
}
