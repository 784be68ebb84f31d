/** Where the user's data lies: `sites` with their profiles, what is known of hosts, the log. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileFailure } from '../protocols/file-failures.ts'
import { homeFolder } from '../protocols/own-folders.ts'

/** Makes the folder, for this user alone. @throws VizlinkError (internal) where this computer refuses it */
export function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fileFailure(error, folder)
  }
}

/** `$XDG_DATA_HOME/vizlink`, else `~/.local/share/vizlink`. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_DATA_HOME
  return base?.startsWith('/') ? join(base, 'vizlink') : join(homeFolder(), '.local', 'share', 'vizlink')
}
