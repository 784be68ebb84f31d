/** Logins as the real SSH server of a demo site's login host logs them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const logOf = (siteDirectory: string): string =>
  readFileSync(join(siteDirectory, 'ssh', 'login', 'sshd.log'), 'utf8')

/** One who was let in. `port` is the client's; another login may have had it before, so `line` says where in the log this is. */
export type Login = { port: string; line: number }

/** Everybody who was let in so far, in order. */
export const loginsAt = (siteDirectory: string): Login[] =>
  [...logOf(siteDirectory).matchAll(/Accepted publickey for .* port (\d+)/g)].map(
    ({ 1: port = '', index }) => ({
      port,
      line: index,
    }),
  )

/** Whether this login is over. */
export const hasLeft = (siteDirectory: string, { port, line }: Login): boolean =>
  new RegExp(`(Disconnected from|Connection (closed|reset) by) .* port ${port}\\b`).test(
    logOf(siteDirectory).slice(line),
  )
