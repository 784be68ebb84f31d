/**
 * A standards OpenID provider (authorization code with PKCE, RFC 8252 loopback redirect at any port) as a portal could have
 * one: the package oidc-provider on loopback. Its page asks for a name, or continues at once where the authorization request
 * carries a `login_hint` (for tests).
 */
import { randomBytes, webcrypto } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider from 'oidc-provider'
import { outside } from '../support/addresses.ts'
import { freePorts } from '../support/ports.ts'
import { escapeHtml } from './flask.ts'
import type { Identity } from './identity-provider.ts'
import { memoryAdapter } from './oidc-memory.ts'

/** What a client needs for a standards OIDC login: a public client, PKCE, a loopback redirect at any port. */
export interface StandardsOidc {
  issuer: string
  clientId: string
  scope: string
  /** Path at the portal that takes `{"id_token"}` by POST and gives `{"token"}`, the portal's own token. */
  exchange: string
}

export interface StandardsOidcServer {
  announcement: StandardsOidc
  /** Who a genuine and current ID token for the client names, else null. */
  readIdToken(token: string): Promise<Identity | null>
  dispose(): Promise<void>
}

const clientId = 'vizlink'
const scope = 'openid profile email groups'

const claimsOf = (user: string): object => ({
  sub: user,
  preferred_username: user,
  email: `${user}@example.org`,
  groups: ['HPC-Admins'],
})

const page = (
  uid: string,
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title>
<h1>Demo site OpenID provider</h1><form method="get" action="/interaction/${escapeHtml(uid)}/sign-in">
<label>User <input name="user" value="alice"></label> <button>Sign in</button></form></html>
`

export async function startStandardsOidc(): Promise<StandardsOidcServer> {
  const [port] = await freePorts(1)
  const issuer = `http://${outside}:${port}`
  const keys = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  // Without the export's own `key_ops` ("sign"): it would be in the published key too, which is for verifying.
  const { kty, crv, x, y, d } = await webcrypto.subtle.exportKey('jwk', keys.privateKey)
  const privateKey = { kty, crv, x, y, d }
  const provider = new Provider(issuer, {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        // The port is free: a client listens where the kernel lets it.
        redirect_uris: [`http://${outside}/callback`, 'http://[::1]/callback'],
      },
    ],
    jwks: { keys: [{ ...privateKey, alg: 'ES256', use: 'sig' }] },
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'], groups: ['groups'] },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'groups'],
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    interactions: {
      url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
    },
    findAccount: (_context: unknown, user: string) => ({ accountId: user, claims: () => claimsOf(user) }),
    ttl: { AccessToken: 3600, IdToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
  })

  const interact = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { uid, prompt, params, session } = await provider.interactionDetails(request, response)
    if (prompt.name === 'consent') {
      const grant = new provider.Grant({
        accountId: session!.accountId,
        clientId: params.client_id ?? clientId,
      })
      grant.addOIDCScope(params.scope ?? scope)
      return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
    }
    const given = new URL(request.url ?? '/', issuer).searchParams.get('user') ?? params.login_hint
    if (given) return provider.interactionFinished(request, response, { login: { accountId: given } })
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(page(uid))
  }
  const usual = provider.callback()
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/interaction/')) return usual(request, response)
    interact(request, response).catch(() => {
      response.writeHead(400)
      response.end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, outside, resolve)
  })
  const readIdToken = async (token: string): Promise<Identity | null> => {
    const [header = '', payload = '', mark = ''] = token.split('.')
    const genuine = await webcrypto.subtle
      .verify(
        { name: 'ECDSA', hash: 'SHA-256' },
        keys.publicKey,
        Buffer.from(mark, 'base64url'),
        Buffer.from(`${header}.${payload}`),
      )
      .catch(() => false)
    if (!genuine) return null
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
      sub: string
      aud: string
      exp: number
      email: string
      groups: string[]
    }
    if (claims.aud !== clientId || claims.exp <= Date.now() / 1000) return null
    return { user: claims.sub, email: claims.email, groups: claims.groups }
  }
  return {
    announcement: { issuer, clientId, scope, exchange: '/auth/oidc/exchange' },
    readIdToken,
    async dispose() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
