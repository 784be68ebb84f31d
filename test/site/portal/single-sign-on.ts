/**
 * The auth portal's SAML and OIDC sign-in, as a repaired portal does them: the browser ends at the fixed address
 * `http://localhost:4431/auth/callback?token=...`. As committed both fail; that is what their faults bring back.
 */
import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { redirect } from './flask.ts'
import type { FlaskAnswer, FlaskRequest, Handler, Routes } from './flask.ts'
import type { Identity, IdentityProvider } from './identity-provider.ts'
import type { HeldFaults, SignIn } from './sign-in.ts'

export interface SingleSignOnOptions {
  held: HeldFaults
  signIn: () => SignIn
  identityProvider: IdentityProvider
  /** Origin that browsers use. */
  portalOrigin: () => string
  /** Issues the portal's token. */
  issue(identity: Identity): Promise<string>
  revoke(token: string): Promise<void>
}

const error = (status: number, text: string, more: object = {}): FlaskAnswer => ({
  status,
  json: { error: text, ...more },
})
const callback = (token: string): string => `http://localhost:4431/auth/callback?token=${token}`
const cookieName = 'session'

/** The session cookie's value, or null. */
const cookieOf = (request: FlaskRequest): string | null =>
  /(?:^|;\s*)session=([^;]*)/.exec(request.header('cookie') ?? '')?.[1] ?? null

export function singleSignOnRoutes(options: SingleSignOnOptions): Routes {
  const { held, identityProvider: provider } = options
  /** What the cookie's session remembers. */
  const sessions = new Map<string, { state?: string; token?: string }>()
  const only =
    (kind: SignIn, name: string, handler: Handler): Handler =>
    (request) =>
      options.signIn() === kind ? handler(request) : error(400, `${name} not enabled`)
  const enter = async (request: FlaskRequest, identity: Identity): Promise<FlaskAnswer> => {
    const token = await options.issue(identity)
    const cookie = cookieOf(request) ?? randomBytes(16).toString('hex')
    sessions.set(cookie, { token })
    return redirect(callback(token), { 'set-cookie': `${cookieName}=${cookie}; HttpOnly; Path=/` })
  }
  const leave = async (request: FlaskRequest): Promise<void> => {
    const cookie = cookieOf(request)
    const token = cookie === null ? undefined : sessions.get(cookie)?.token
    if (token !== undefined) await options.revoke(token)
    if (cookie !== null) sessions.delete(cookie)
  }
  const samlRequest = (): string =>
    deflateRawSync('<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>').toString(
      'base64',
    )

  const samlLogin: Handler = () => {
    const url = new URL('/saml/sso', provider.origin)
    url.searchParams.set('SAMLRequest', samlRequest())
    // The service's own address: nothing lets a client choose where it ends.
    url.searchParams.set('RelayState', `${options.portalOrigin()}/auth/saml/login`)
    return redirect(url.href)
  }
  const samlAnswer: Handler = async (request) => {
    const given = new URLSearchParams(request.body.toString('utf8')).get('SAMLResponse')
    if (!given)
      return error(500, 'SAML processing failed', {
        message: 'SAML Response not found, Only supported HTTP_POST Binding',
      })
    const read = provider.readSamlResponse(given)
    if ('refused' in read && read.refused === 'no XML')
      return error(500, 'SAML processing failed', {
        message: "Start tag expected, '<' not found, line 1, column 1 (<string>, line 1)",
      })
    // As committed the provider's certificate is empty: no response is ever accepted.
    if ('refused' in read || held.has('saml-broken'))
      return error(401, 'SAML authentication failed', { details: ['invalid_response'] })
    return enter(request, read.identity)
  }
  const samlLogout: Handler = async (request) => {
    await leave(request)
    return redirect(`${provider.origin}/saml/slo?SAMLRequest=${encodeURIComponent(samlRequest())}`)
  }

  const oidcLogin: Handler = (request) => {
    const cookie = cookieOf(request) ?? randomBytes(16).toString('hex')
    const state = randomBytes(16).toString('base64url')
    sessions.set(cookie, { state })
    const url = new URL('/authorize', provider.origin)
    for (const [name, value] of Object.entries({
      response_type: 'code',
      client_id: 'portal-client',
      redirect_uri: `${options.portalOrigin()}/auth/oidc/callback`,
      scope: 'openid profile email',
      state,
      nonce: randomBytes(16).toString('base64url'),
    }))
      url.searchParams.set(name, value)
    return redirect(url.href, { 'set-cookie': `${cookieName}=${cookie}; HttpOnly; Path=/` })
  }
  const oidcCallback: Handler = async (request) => {
    const failed = (message: string): FlaskAnswer => error(500, 'OIDC authentication failed', { message })
    const refused = request.query.get('error')
    if (refused) return failed(`${refused}: ${request.query.get('error_description') ?? ''}`)
    const code = request.query.get('code')
    if (code === null)
      return failed(
        '400 Bad Request: The browser (or proxy) sent a request that this server could not understand.',
      )
    const cookie = cookieOf(request)
    const expected = cookie === null ? undefined : sessions.get(cookie)?.state
    if (expected === undefined || expected !== request.query.get('state'))
      return failed('mismatching_state: CSRF Warning! State not equal in request and response.')
    if (held.has('oidc-broken')) return failed("'property' object has no attribute 'get'")
    const identity = provider.redeem(code)
    return identity ? enter(request, identity) : failed('invalid_grant: ')
  }
  const oidcLogout: Handler = async (request) => {
    if (options.signIn() !== 'oidc') return { status: 200, json: { message: 'Logged out successfully' } }
    await leave(request)
    return redirect(`${provider.origin}/logout?post_logout_redirect_uri=${options.portalOrigin()}/health`)
  }
  return {
    '/auth/saml/login': { GET: only('saml', 'SAML', samlLogin) },
    '/auth/saml/acs': { POST: only('saml', 'SAML', samlAnswer) },
    '/auth/saml/sls': { GET: only('saml', 'SAML', samlLogout) },
    '/auth/saml/metadata': {
      GET: () => ({
        status: 200,
        text: {
          type: 'text/xml; charset=utf-8',
          body: '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="auth-portal"></md:EntityDescriptor>',
        },
      }),
    },
    '/auth/oidc/login': { GET: only('oidc', 'OIDC', oidcLogin) },
    '/auth/oidc/callback': { GET: only('oidc', 'OIDC', oidcCallback) },
    '/auth/oidc/logout': { GET: oidcLogout, POST: oidcLogout },
  }
}
