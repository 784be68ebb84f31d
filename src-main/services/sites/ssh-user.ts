/** As whom the client logs in at the cluster. */
import { fail } from '../../shared/errors.ts'
import { sshUserSchema } from '../../shared/model/user-name.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'

const localUser = ({ USER, LOGNAME }: NodeJS.ProcessEnv): string | undefined => USER || LOGNAME

/** Who logs in, as far as it is known before anybody signs in at the portal; null: not yet. */
export const knownSshUser = ({ ssh, portal }: Pick<SiteProfile, 'ssh' | 'portal'>): string | null =>
  ssh.user ?? (portal ? null : (localUser(process.env) ?? null))

/**
 * The profile's SSH user, else the portal's user, else this computer's user.
 * @param typed portal user that was typed where the profile names none
 * @throws VizlinkError bad-profile: there is no name at all, or one that SSH does not take
 */
export function sshUser(
  { ssh, portal }: Pick<SiteProfile, 'ssh' | 'portal'>,
  typed: string | null = null,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const user = [ssh.user, portal?.user, typed, localUser(environment)].find(Boolean)
  // A portal's name may be one that no SSH server takes.
  if (user && sshUserSchema.safeParse(user).success) return user
  throw fail('bad-profile', 'no-ssh-user')
}
