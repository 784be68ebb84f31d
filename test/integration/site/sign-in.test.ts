/** The portal's ways in: SAML and OIDC by the identity page, the one token for each user, and what the faults make of them. */
import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { ask, signIn } from './support.ts'
import type { Answer } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', signIn: 'saml', standardsOidc: true })
})
afterAll(() => site.dispose())

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const verify = (token: string) => ask(site, 'POST', '/auth/verify', bearer(token))

/** What a browser does: follows redirects with cookies, presses the one button of a page; until the fixed address or an error. */
async function browse(start: string, user: string): Promise<{ token: string | null; last: Answer }> {
  const cookies = new Map<string, string>()
  let [method, url, body] = ['GET', start, null as string | null]
  for (let step = 0; step < 10; step++) {
    const last = await ask(site, method, url, {
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body,
    })
    for (const cookie of last.headers['set-cookie'] ?? []) {
      const [name, value] = cookie.split(';')[0]!.split('=') as [string, string]
      cookies.set(name, value)
    }
    const base = url.startsWith('/') ? `${site.ready.portal}${url}` : url
    if (last.headers.location !== undefined) {
      ;[method, url, body] = ['GET', new URL(last.headers.location, base).href, null]
      if (url.startsWith('http://localhost:4431/auth/callback?'))
        return { token: new URL(url).searchParams.get('token'), last }
      continue
    }
    const form = /<form method="(\w+)"(?: action="([^"]*)")?/.exec(last.text)
    if (!form) return { token: null, last }
    const fields = new URLSearchParams(
      [...last.text.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
        name!,
        name === 'user' ? user : value!.replaceAll('&amp;', '&'),
      ]),
    )
    if (form[1] === 'post') [method, url, body] = ['POST', form[2]!, fields.toString()]
    else
      [method, url, body] = [
        'GET',
        `${new URL(base).origin}${new URL(base).pathname}?${fields.toString()}`,
        null,
      ]
  }
  throw new Error('too many steps')
}

test.each(['saml', 'oidc'] as const)(
  '%s: from the login address to a token at the fixed address',
  async (kind) => {
    const here = kind === 'saml' ? site : await startSite({ desktop: 'plain', signIn: kind })
    const saml = site
    site = here
    try {
      const info = (await ask(site, 'GET', '/auth/info')).json as Record<string, string>
      expect(info).toMatchObject({
        sso_enabled: true,
        sso_type: kind,
        login_url: `/auth/${kind}/login`,
        logout_url: kind === 'saml' ? '/auth/saml/sls' : '/auth/oidc/logout',
      })
      expect((await ask(site, 'GET', '/api/auth/config')).json).toMatchObject({
        sso_enabled: true,
        jwt_required: true,
      })
      await expect(signIn(site, 'alice')).rejects.toThrow('403')
      const { token } = await browse(info.login_url!, 'sally')
      const verified = await verify(token!)
      expect(verified.status).toBe(200)
      expect((verified.json as { user: object }).user).toMatchObject({
        sub: 'sally',
        email: 'sally@example.org',
        groups: ['HPC-Admins'],
        iss: 'auth-portal',
      })
      // The dashboard wants the token now.
      expect((await ask(site, 'GET', '/api/vnc/sessions')).status).toBe(401)
      expect((await ask(site, 'GET', '/api/vnc/sessions', bearer(token!))).json).toEqual({ sessions: [] })
      await site.setFault('jwt-secret-mismatch', true)
      const refused = await ask(site, 'GET', '/api/vnc/sessions', bearer(token!))
      expect([refused.status, refused.json]).toEqual([
        401,
        { error: 'Invalid token', message: 'Token validation failed: Signature verification failed' },
      ])
      await site.setFault('jwt-secret-mismatch', false)
      const other = kind === 'saml' ? 'oidc' : 'saml'
      expect((await ask(site, 'GET', `/auth/${other}/login`)).json).toEqual({
        error: `${other.toUpperCase()} not enabled`,
      })
    } finally {
      site = saml
      if (here !== saml) await here.dispose()
    }
  },
)

test('SAML: junk is 500, a forged response 401, as recorded', async () => {
  const post = (response: string) =>
    ask(site, 'POST', '/auth/saml/acs', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ SAMLResponse: response }).toString(),
    })
  const junk = await post('anything')
  expect([junk.status, (junk.json as { error: string }).error]).toEqual([500, 'SAML processing failed'])
  const forged = await post(Buffer.from('<samlp:Response/>').toString('base64'))
  expect([forged.status, forged.json]).toEqual([
    401,
    { error: 'SAML authentication failed', details: ['invalid_response'] },
  ])
})

test('as committed, SAML and OIDC fail at their ends; an unknown type lets no user in', async () => {
  await site.setFault('saml-broken', true)
  const saml = await browse('/auth/saml/login', 'sally')
  expect([saml.token, saml.last.status, saml.last.json]).toEqual([
    null,
    401,
    { error: 'SAML authentication failed', details: ['invalid_response'] },
  ])
  await site.setFault('saml-broken', false)
  await site.setFault('oidc-broken', true)
  expect((await ask(site, 'GET', '/auth/info')).json).toMatchObject({ sso_type: 'oidc' })
  const oidc = await browse('/auth/oidc/login', 'oscar')
  expect([oidc.token, oidc.last.status, oidc.last.json]).toEqual([
    null,
    500,
    { error: 'OIDC authentication failed', message: "'property' object has no attribute 'get'" },
  ])
  await site.setFault('oidc-broken', false)
  await site.setFault('sso-unknown-type', true)
  expect((await ask(site, 'GET', '/auth/info')).json).toMatchObject({
    sso_enabled: true,
    sso_type: 'ldap',
    login_url: '/auth/test/login',
  })
  expect((await ask(site, 'GET', '/auth/test/login')).status).toBe(405)
  await expect(signIn(site, 'alice')).rejects.toThrow('403')
  await site.setFault('sso-unknown-type', false)
  expect((await browse('/auth/saml/login', 'sally')).token).not.toBeNull()
})

test('one token for each user: superseded by a later one, ended by refresh and logout, by the server’s clock', async () => {
  const enter = async (): Promise<string> => (await browse('/auth/saml/login', 'tom')).token!
  const first = await enter()
  const { exp, iat } = JSON.parse(Buffer.from(first.split('.')[1]!, 'base64url').toString()) as {
    exp: number
    iat: number
  }
  expect(exp - iat).toBe(8 * 3600)
  const answer = await verify(first)
  expect(Math.abs(Date.parse(answer.headers.date!) / 1000 - iat)).toBeLessThan(60)
  // Whole seconds: two tokens of one second are the same text.
  let second = await enter()
  while (second === first) second = await enter()
  expect([(await verify(first)).status, (await verify(second)).status]).toEqual([401, 200])
  let third = second
  while (third === second) {
    const refreshed = await ask(site, 'POST', '/auth/refresh', bearer(third))
    third = (refreshed.json as { token: string }).token
  }
  expect([(await verify(second)).status, (await verify(third)).status]).toEqual([401, 200])
  // The dashboard looks at signature and expiry alone.
  expect((await ask(site, 'GET', '/api/vnc/sessions', bearer(first))).status).toBe(200)
  await ask(site, 'POST', '/auth/logout', bearer(first))
  expect((await verify(third)).status).toBe(401)
})

test('test-login-open: the dashboard wants tokens which the auth portal gives to anybody', async () => {
  const open = await startSite({ desktop: 'plain' })
  try {
    await open.setFault('test-login-open', true)
    expect((await ask(open, 'GET', '/auth/info')).json).toMatchObject({
      sso_enabled: false,
      sso_type: 'mock',
    })
    expect((await ask(open, 'GET', '/api/auth/config')).json).toMatchObject({ sso_enabled: true })
    expect((await ask(open, 'GET', '/api/vnc/sessions')).status).toBe(401)
    const token = await signIn(open, 'anybody')
    expect((await ask(open, 'GET', '/api/vnc/sessions', bearer(token))).status).toBe(200)
    await open.setFault('test-login-open', false)
    expect((await ask(open, 'GET', '/api/vnc/sessions')).status).toBe(200)
  } finally {
    await open.dispose()
  }
})

test('a standards OIDC login: code with PKCE, loopback redirect at any port, exchanged for the portal’s token', async () => {
  const { issuer, clientId, scope, exchange } = site.ready.oidc!
  expect((await ask(site, 'GET', '/auth/info')).json).toMatchObject({ oidc: site.ready.oidc })
  const { json } = await ask(site, 'GET', `${issuer}/.well-known/openid-configuration`)
  const endpoints = json as { authorization_endpoint: string; token_endpoint: string }
  const redirect = 'http://127.0.0.1:40999/callback'
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const authorize = async (more: Record<string, string>): Promise<Answer> => {
    const query = {
      client_id: clientId,
      response_type: 'code',
      scope,
      redirect_uri: redirect,
      state: 's',
      ...more,
    }
    let url = `${endpoints.authorization_endpoint}?${new URLSearchParams(query).toString()}`
    const cookies = new Map<string, string>()
    for (;;) {
      const answer = await ask(site, 'GET', url, {
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      })
      for (const cookie of answer.headers['set-cookie'] ?? []) {
        const [name, value] = cookie.split(';')[0]!.split(/=(.*)/s) as [string, string]
        cookies.set(name, value)
      }
      if (answer.headers.location === undefined || answer.headers.location.startsWith(redirect)) return answer
      url = new URL(answer.headers.location, url).href
    }
  }
  const without = await authorize({ login_hint: 'olga' })
  expect(new URL(without.headers.location!).searchParams.get('error')).toBe('invalid_request')
  const asked = { code_challenge: challenge, code_challenge_method: 'S256' }
  expect((await authorize(asked)).text).toContain('OpenID provider')
  const code = new URL(
    (await authorize({ ...asked, login_hint: 'olga' })).headers.location!,
  ).searchParams.get('code')!
  const redeem = (secret: string) =>
    ask(site, 'POST', endpoints.token_endpoint, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirect,
        client_id: clientId,
        code_verifier: secret,
      }).toString(),
    })
  const { id_token: idToken } = (await redeem(verifier)).json as { id_token: string }
  const give = (token: string) =>
    ask(site, 'POST', exchange, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id_token: token }),
    })
  const { token } = (await give(idToken)).json as { token: string }
  expect(((await verify(token)).json as { user: object }).user).toMatchObject({
    sub: 'olga',
    groups: ['HPC-Admins'],
  })
  expect((await give(`${idToken.slice(0, -8)}AAAAAAAA`)).status).toBe(401)
})
