/** Logins as the real SSH servers of a demo site tell them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How often somebody was let in at a server so far. */
export const loginsAt = (siteDirectory: string, server = 'login'): number =>
  readFileSync(join(siteDirectory, 'ssh', server, 'sshd.log'), 'utf8').split('Accepted publickey for')
    .length - 1
