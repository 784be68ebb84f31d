/** Names of users, as the systems take them that know them. */
import { z } from 'zod'

/** As OpenSSH takes it (`valid_ruser` of ssh.c) and without blanks: `first.last`, `user@domain`, `DOMAIN\user`, digits, capitals. */
export const sshUserSchema = z
  .string()
  .regex(
    /^(?!-)[^\s\p{Cc}'`";&<>|(){}]{0,255}[^\s\p{Cc}'`";&<>|(){}\\]$/u,
    'a user name as OpenSSH takes it: no blanks, no quotes, none of ; & < > | ( ) { }, no - in front, no \\ at the end',
  )

/** A portal says itself which names it knows: any text on one line. */
export const portalUserSchema = z.string().regex(/^[^\p{Cc}]{1,256}$/u, 'text on one line')

/** The portal's services put these names into session ids, keys and shell scripts: what would mean something there is refused. */
export const isPlainUser = (name: string): boolean => /^[\w@][\w.@+-]{0,63}$/.test(name)

/** Whether the portal made this session id for this very user: `<service>-<user>-<seconds>`. */
export function isSessionOf(service: 'ml' | 'vnc', user: string, id: string): boolean {
  const start = `${service}-${user}-`
  return id.startsWith(start) && /^\d{1,12}$/.test(id.slice(start.length))
}

const bareName = (name: string): string => name.replace(/^.*\\/, '').replace(/@.*$/, '').toLowerCase()

/**
 * Whether who logs in as `login` is the Unix user `unix`. Directories take names with their domain and in any case, and the
 * system has one of its own for them.
 */
export const isSameUser = (unix: string, login: string): boolean => bareName(unix) === bareName(login)
