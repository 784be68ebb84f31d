/** Where the user's data lies: `sites` with their profiles, what is known of hosts, the log. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$XDG_DATA_HOME/vizlink`, else `~/.local/share/vizlink`. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_DATA_HOME
  return base?.startsWith('/') ? join(base, 'vizlink') : join(homedir(), '.local', 'share', 'vizlink')
}
