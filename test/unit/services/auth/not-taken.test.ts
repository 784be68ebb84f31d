/** What a sign-in does not take (a callback of somebody else, a stale certificate, another user), and does not keep. */
import { createServer, type Server } from 'node:https'
import { generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HandOffOptions } from '../../../../src-main/protocols/portal/hand-off.ts'
import {
  PortalHttp,
  type PortalAnswer,
  type PortalRequest,
} from '../../../../src-main/protocols/portal/http.ts'
import { AuthService } from '../../../../src-main/services/auth/auth-service.ts'
import type { AuthPorts } from '../../../../src-main/services/auth/auth-ports.ts'
import type { SignInRequest } from '../../../../src-main/services/auth/interaction.ts'
import { beginOidcLogin } from '../../../../src-main/services/auth/oidc-login.ts'
import type { PinnedCertificate } from '../../../../src-main/protocols/portal/trust.ts'
import { PortalAccess } from '../../../../src-main/services/auth/portal-access.ts'
import { fail } from '../../../../src-main/shared/errors.ts'
import { selfSigned } from '../../../support/certificates.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { portsTo } from './auth-ports.ts'

const { key, cert } = await selfSigned()
const certificate = new X509Certificate(cert)
const origin = 'https://portal.example'
const signal = new AbortController().signal

/** An ID token for the one who asks with `nonce`, signed by `key` (ES256, RFC 7518). */
function idToken(issuer: string, nonce: string, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, sub: 'alice', aud: 'vizlink', iat: now, exp: now + 60, nonce }
  const text = [{ alg: 'ES256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

describe('an identity provider', () => {
  let provider: Server
  let http: PortalHttp
  let signInPage: string
  let token: () => string
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = (): string => `https://127.0.0.1:${(provider.address() as AddressInfo).port}`
  beforeEach(async () => {
    const answers: Record<string, () => object> = {
      '/token': () => ({ access_token: 'access', token_type: 'bearer', id_token: token() }),
      '/keys': () => ({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] }),
    }
    const description = () => ({
      issuer: issuer(),
      authorization_endpoint: signInPage,
      token_endpoint: `${issuer()}/token`,
      jwks_uri: `${issuer()}/keys`,
      id_token_signing_alg_values_supported: ['ES256'],
    })
    provider = createServer({ key, cert }, ({ url = '' }, response) =>
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify((answers[url] ?? description)())),
    )
    provider.listen(0, '127.0.0.1')
    await once(provider, 'listening')
    http = new PortalHttp(cert)
  })
  afterEach(async () => {
    await http.close()
    provider.closeAllConnections()
    provider.close()
  })
  const begin = () => beginOidcLogin({ issuer: issuer(), clientId: 'vizlink', scopes: [] }, http, 4431)

  test('sends back whom it was sent: a callback with another state is ignored', async () => {
    signInPage = 'https://id.example/authorize'
    const login = await begin()
    const state = login.url.searchParams.get('state') ?? ''
    const query = (text: string): boolean => login.accepts(new URLSearchParams(text))
    expect(query(`state=${state}&code=1`)).toBe(true)
    expect(query(`state=${state}&error=access_denied`)).toBe(true)
    for (const foreign of [`state=${state}x&code=1`, 'state=&code=1', 'code=1', `state=${state}`])
      expect([foreign, query(foreign)]).toEqual([foreign, false])
  })

  test('signs its tokens: one that another key has signed is refused', async () => {
    signInPage = 'https://id.example/authorize'
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const redeem = async (key: KeyObject): Promise<string> => {
      const login = await begin()
      token = () => idToken(issuer(), login.url.searchParams.get('nonce') ?? '', key)
      const state = login.url.searchParams.get('state') ?? ''
      return login.redeem(new URLSearchParams({ code: '1', state }))
    }
    expect(await redeem(own.privateKey)).toMatch(/^eyJ/)
    expect(await failureOf(redeem(stranger.privateKey))).toMatchObject({ kind: 'sign-in-refused' })
  })

  test('whose sign-in page is not encrypted is not shown', async () => {
    signInPage = 'http://id.example/authorize'
    expect(await failureOf(begin())).toMatchObject({ kind: 'sign-in-refused' })
  })
})

describe('a certificate that no authority vouches for', () => {
  const day = 86_400_000
  const error = fail('untrusted-certificate', 'self-signed', { facts: { portal: origin } })
  const http = {
    shownCertificate: async () => ({ certificate, trustProblem: null, pin: 'none' as const }),
  }

  test.each<[string, number, PinnedCertificate | null, boolean]>([
    ['while it is good, for the first time', Date.now(), null, true],
    ['before it is good', Date.parse(certificate.validFrom) - day, null, false],
    ['after it was good', Date.parse(certificate.validTo) + day, null, false],
    [
      'where another one was confirmed',
      Date.now(),
      { origin, pem: cert, fingerprint: certificate.fingerprint256 },
      false,
    ],
  ])('is offered %s', async (_when, now, pin, offered) => {
    const asked: string[] = []
    const confirmed: unknown[] = []
    const pins = {
      get: async () => pin,
      set: async (_origin: string, one: unknown) => void confirmed.push(one),
    }
    const access = new PortalAccess({ portal: { origin }, portalCa: null }, pins, {
      clock: { now: () => now },
      systemProxy: null,
    })
    const interaction: SignInRequest['interaction'] = { ask: async ({ type }) => (asked.push(type), []) }
    expect(await access.offer(error, http, interaction, signal)).toBe(offered)
    expect([asked, confirmed]).toEqual(offered ? [['certificate'], [certificate]] : [[], []])
  })
})

/** A sign-in at a portal that answers by paths; what it was asked. */
function signInAt(answers: Record<string, object>, ports: Partial<AuthPorts> = {}) {
  const asked: string[] = []
  const send = async (url: string, { headers = {} }: PortalRequest = {}): Promise<PortalAnswer> => {
    const path = url.slice(url.lastIndexOf('/'))
    asked.push([path, headers.authorization].filter(Boolean).join(' '))
    return {
      path,
      status: 200,
      json: answers[path] ?? null,
      text: '',
      location: null,
      serverTime: null,
      ms: 1,
    }
  }
  const auth = new AuthService({ ...portsTo(origin, send), ...ports })
  return { auth, asked }
}

test.each([
  ['that the portal gave is signed out', undefined, true],
  ['that was lent stays as it is', 'token-of-bob', false],
])('a token of another user %s', async (_what, token, signedOut) => {
  const { auth, asked } = signInAt(
    {
      '/info': { sso_enabled: false, sso_type: 'mock', login_url: '/' },
      '/login': { token: 'token-of-bob', user: { username: 'bob', groups: [] } },
      '/verify': { valid: true, user: { sub: 'bob', exp: 4e9 } },
    },
    token === undefined ? {} : { token },
  )
  const request = { user: 'ada', interaction: { ask: async () => null }, signal }
  expect((await failureOf(auth.signIn(request))).kind).toBe('sign-in-refused')
  expect(asked.includes('/logout Bearer token-of-bob')).toBe(signedOut)
  await auth.dispose()
})

test('a login that costs nothing ends with its last use, and not before', async () => {
  const { auth, asked } = signInAt({
    '/info': { sso_enabled: false, sso_type: 'mock', login_url: '/' },
    '/login': { token: 'token-of-ada', user: { username: 'ada', groups: [] } },
    '/verify': { valid: true, user: { sub: 'ada', exp: 4e9 } },
  })
  const request = { user: 'ada', interaction: { ask: async () => null }, signal }
  const [first, second] = [await auth.signIn(request), await auth.signIn(request)]
  await first.release()
  expect(asked).not.toContain('/logout Bearer token-of-ada')
  await second.release()
  expect(asked).toContain('/logout Bearer token-of-ada')
  await auth.dispose()
})

test('a callback without a token of the right shape is ignored', async () => {
  const seen: HandOffOptions[] = []
  const openHandOff = async (options: HandOffOptions): Promise<never> => {
    seen.push(options)
    throw new Error('the port is taken')
  }
  const info = { sso_enabled: true, sso_type: 'saml', login_url: `${origin}/auth/saml/login` }
  const { auth } = signInAt({ '/info': info }, { openHandOff })
  await failureOf(auth.signIn({ user: null, interaction: { ask: async () => null }, signal }))
  const accepts = (text: string): boolean => seen[0]?.accepts(new URLSearchParams(text)) ?? false
  expect(accepts('token=abcdefghij.klm')).toBe(true)
  for (const wrong of [
    '',
    'token=',
    'token=short',
    'token=with%20blanks%20in%20it',
    `token=${'x'.repeat(8193)}`,
  ])
    expect([wrong.slice(0, 40), accepts(wrong)]).toEqual([wrong.slice(0, 40), false])
  await auth.dispose()
})
