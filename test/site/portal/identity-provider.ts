/**
 * The site's identity provider for SAML and OIDC: one small page that asks for a name, or answers at once when the address
 * already carries `user` (for tests). Its SAML responses are marked by a keyed digest in place of an XML signature: the
 * portal's side here only distinguishes genuine from forged, the client never sees them.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { escapeHtml, redirect, startService } from './flask.ts'
import type { FlaskAnswer, Handler, Service } from './flask.ts'
import { outside } from '../support/addresses.ts'

export interface Identity {
  user: string
  email: string
  groups: string[]
}

export interface IdentityProvider {
  readonly origin: string
  /** The user that a SAML response names, or why it is refused. */
  readSamlResponse(encoded: string): { identity: Identity } | { refused: 'no XML' | 'forged' }
  /** The user behind an authorization code, once. */
  redeem(code: string): Identity | null
  dispose(): Promise<void>
}

const html = (title: string, body: string): FlaskAnswer => ({
  status: 200,
  text: {
    type: 'text/html; charset=utf-8',
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><body>${body}</body></html>\n`,
  },
})

const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`

/** The page that asks who comes; its form keeps the request's parameters. */
const askName = (query: URLSearchParams): FlaskAnswer =>
  html(
    'Sign in',
    `<h1>Demo site identity</h1><form method="get">${[...query].map(([name, value]) => hidden(name, value)).join('')}
<label>User <input name="user" value="alice"></label>
<label>Group <input name="group" value="HPC-Admins"></label><button>Sign in</button></form>`,
  )

function identityOf(query: URLSearchParams): Identity | null {
  const user = query.get('user')
  if (!user) return null
  const groups = query.getAll('group')
  return { user, email: `${user}@example.org`, groups: groups.length > 0 ? groups : ['HPC-Admins'] }
}

/** Starts the provider on the outer address: browsers go there. `acs`: where SAML responses are posted to. */
export async function startIdentityProvider(acs: string): Promise<IdentityProvider> {
  const key = randomBytes(32)
  const codes = new Map<string, Identity>()
  const digest = (text: string): string => createHmac('sha256', key).update(text).digest('base64')

  const samlResponse = (identity: Identity): string => {
    const content = Buffer.from(JSON.stringify(identity)).toString('base64')
    return Buffer.from(
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Identity>${content}</Identity><SignatureValue>${digest(content)}</SignatureValue></samlp:Response>`,
    ).toString('base64')
  }
  const saml: Handler = ({ query }) => {
    const identity = identityOf(query)
    if (!identity) return askName(query)
    return html(
      'Continue',
      `<form method="post" action="${escapeHtml(acs)}">${hidden('SAMLResponse', samlResponse(identity))}${hidden(
        'RelayState',
        query.get('RelayState') ?? '',
      )}<button>Continue</button></form><script>document.forms[0].submit()</script>`,
    )
  }
  const authorize: Handler = ({ query }) => {
    const identity = identityOf(query)
    if (!identity) return askName(query)
    const code = randomBytes(16).toString('base64url')
    codes.set(code, identity)
    const back = new URL(query.get('redirect_uri') ?? acs)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    return redirect(back.href)
  }
  const goodbye: Handler = () => html('Signed out', '<p>Signed out.</p>')

  const service: Service = await startService(
    {
      '/saml/sso': { GET: saml },
      '/saml/slo': { GET: goodbye },
      '/authorize': { GET: authorize },
      '/logout': { GET: goodbye },
    },
    {},
  )
  await service.setPublic(true)
  return {
    origin: `http://${outside}:${service.port}`,
    readSamlResponse(encoded) {
      const text = Buffer.from(encoded, 'base64').toString('utf8')
      if (!text.startsWith('<')) return { refused: 'no XML' }
      const content = /<Identity>([^<]*)<\/Identity>/.exec(text)?.[1] ?? ''
      const given = Buffer.from(/<SignatureValue>([^<]*)<\/SignatureValue>/.exec(text)?.[1] ?? '')
      const expected = Buffer.from(digest(content))
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { refused: 'forged' }
      return { identity: JSON.parse(Buffer.from(content, 'base64').toString('utf8')) as Identity }
    },
    redeem(code) {
      const identity = codes.get(code) ?? null
      codes.delete(code)
      return identity
    },
    dispose: () => service.dispose(),
  }
}
