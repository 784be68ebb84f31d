/** Whether a login is made by the system's `ssh` instead of ssh2, why, and what `ssh` is started with. */
import { fail } from '../../shared/errors.ts'
import type { OpensshReason } from '../../shared/model/desktop.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { LinkRequests } from '../../link-process/messages.ts'
import { askpassFile } from '../../protocols/native.ts'
import { findOpenssh } from '../../protocols/openssh/program.ts'
import type { LoginHop, LoginHops } from './login-hops.ts'
import type { KeySigner } from './key-signer.ts'

type Channel = Pick<SiteProfile['ssh'], 'channel'>

/**
 * What the profile and the user's configuration ask for that ssh2 has not; null: nothing.
 * @throws VizlinkError bad-profile: a program leads to the first host, and the profile wants ssh2
 */
export function reasonOfSettings(
  { channel }: Channel,
  { points }: { points: readonly Pick<LoginHop, 'label' | 'wants'>[] },
): OpensshReason | null {
  const wants = points.map(({ wants: one }) => one)
  if (channel === 'ssh2' && wants[0]?.includes('proxy-command'))
    throw fail('bad-profile', 'proxy-command', {
      facts: { hop: points[0]?.label ?? '' },
      retryable: false,
    })
  if (channel !== 'auto') return channel === 'openssh' ? 'profile' : null
  return (
    (['proxy-command', 'gssapi', 'certificate'] as const).find((reason) =>
      wants.some((one) => one.includes(reason)),
    ) ?? null
  )
}

/** What the user's keys ask for. */
export const reasonOfKeys = (
  { channel }: Channel,
  signers: readonly Pick<KeySigner, 'wants'>[],
): OpensshReason | null =>
  channel === 'auto' ? (signers.map(({ wants }) => wants).find((reason) => reason !== null) ?? null) : null

/** Variables that speak of this program, and not of the user. */
const ownVariable = /^(VIZLINK|ELECTRON|NODE|UV|npm)_/
const longestValue = 32 * 1024

/**
 * The part of a request to log in that `ssh` needs. It gets the user's environment, as it does in a terminal: programs that lead to
 * a host want theirs.
 * @throws VizlinkError bad-profile: there is no such `ssh`, or the profile names a proxy
 */
export async function opensshInput(
  { ssh }: Pick<SiteProfile, 'ssh'>,
  identityFile: string | null,
  { configurationFiles }: Pick<LoginHops, 'configurationFiles'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<NonNullable<LinkRequests['login']['input']['openssh']>> {
  const hop = ssh.loginHost.address
  if (ssh.proxy !== undefined && ssh.proxy !== 'none')
    throw fail('bad-profile', 'openssh-proxy', { facts: { hop }, retryable: false })
  const taken = Object.entries(environment).filter(
    ([name, value]) => !ownVariable.test(name) && value !== undefined && value.length <= longestValue,
  )
  return {
    program: await findOpenssh(hop, environment),
    askpass: askpassFile(),
    configurationFiles: [...configurationFiles],
    identityFile,
    environment: Object.fromEntries(taken) as Record<string, string>,
  }
}
