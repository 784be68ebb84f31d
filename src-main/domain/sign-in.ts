/** How a portal wants its users to sign in, decided by what it says about itself. */

import { asText, type Text } from '../shared/texts/index.ts'

export type SignInMethod =
  /** The portal's login without a password. */
  | { kind: 'test' }
  /** The system's browser, ending at an address of this computer. */
  | { kind: 'browser'; url: URL }
  /** Nothing that a program could do: the user brings a token. */
  | { kind: 'token'; why: Text }

export interface PortalSays {
  sso_enabled: boolean
  sso_type: string
  login_url: string
}

/**
 * @param places where a login page may be: the portal's origin, and the folder of its auth service; a path is taken from the last,
 *   whose web server may have put the portal below a path that the service does not know
 */
export function decideSignIn(info: PortalSays, places: readonly [string, ...string[]]): SignInMethod {
  if (!info.sso_enabled) return { kind: 'test' }
  if (info.sso_type !== 'saml' && info.sso_type !== 'oidc')
    return { kind: 'token', why: asText('desktop.ask.unknownSignIn', { type: shown(info) }) }
  const base = places.at(-1) ?? places[0]
  const folder = new URL(base).pathname.replace(/\/+$/, '')
  const isPath = /^\/(?![/\\])/.test(info.login_url)
  const address =
    isPath && !info.login_url.startsWith(`${folder}/`) ? folder + info.login_url : info.login_url
  const url = URL.canParse(address, base) ? new URL(address, base) : null
  const allowed = places.map((place) => new URL(place).origin)
  if (!url || !/^https?:$/.test(url.protocol) || !allowed.includes(url.origin) || url.username !== '')
    return { kind: 'token', why: asText('desktop.ask.foreignPage') }
  return { kind: 'browser', url }
}

const shown = ({ sso_type: type }: PortalSays): string =>
  type.replace(/[^\w .-]/g, '').slice(0, 40) || 'no name'

/** What terminals, mails and editors put into a long line, or around it. */
const brokenBy = /[\s\u00ad\u200b-\u200f\u2060\ufeff]+/g
const quotes = /^["'`\u2018\u201c]+|["'`\u2019\u201d,;]+$/g

/** The token in what somebody pasted: itself, the portal's answer, or the address at which the browser ended; all in any lines. */
export function pastedToken(text: string): string {
  const line = text
    .trim()
    .replace(/^(authorization:\s*)?bearer\s+/i, '')
    .replace(brokenBy, '')
    .replace(quotes, '')
  const url = /^https?:\/\//i.test(line) && URL.canParse(line) ? new URL(line) : null
  return url?.searchParams.get('token') ?? /"token":"([^"]+)"/.exec(line)?.[1] ?? line
}
