/** Logins as the real SSH server of a demo site's login host tells them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const logOf = (siteDirectory: string): string =>
  readFileSync(join(siteDirectory, 'ssh', 'login', 'sshd.log'), 'utf8')

/** Client ports of everybody who was let in so far, in order: each is one login. */
export const loginsAt = (siteDirectory: string): string[] =>
  [...logOf(siteDirectory).matchAll(/Accepted publickey for .* port (\d+)/g)].map(([, port]) => port ?? '')

/** Whether the login from this client port is over. */
export const hasLeft = (siteDirectory: string, port: string): boolean =>
  new RegExp(`(Disconnected from|Connection (closed|reset) by) .* port ${port}\\b`).test(logOf(siteDirectory))
