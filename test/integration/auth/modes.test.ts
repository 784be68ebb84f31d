/** Every way of signing in at the demo site's portal, the browser played by an HTTP client. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { portalHandOffPort } from '../../../src-main/protocols/portal/hand-off.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { loadProfile, type LoadedProfile } from '../../../src-main/services/sites/load-profile.ts'
import { startSite } from '../../site/index.ts'
import { freePorts } from '../../site/support/ports.ts'
import type { Site } from '../../site/types.ts'
import { failureOf } from '../../support/failure-of.ts'
import { signInClient, type SignInClient, type SignInClientOptions } from '../../support/sign-in-client.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'

const notAccepted = asText('failures.sign-in-refused.token-refused.message')

let saml: Site
let oidc: Site
let folder: string
let port: number
const clients: SignInClient[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-auth-test-'))
  ;[saml, oidc] = await Promise.all([
    startSite({ desktop: 'plain', nodes: 1, signIn: 'saml', standardsOidc: true }),
    startSite({ desktop: 'plain', nodes: 1, signIn: 'oidc' }),
  ])
  port = (await freePorts(1))[0] ?? 0
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()))
  expect(await listens('127.0.0.1')).toBe(false)
  expect(await listens('::1')).toBe(false)
})
afterAll(async () => {
  await Promise.all([saml.dispose(), oidc.dispose()])
  rmSync(folder, { recursive: true })
})

const listens = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** The site's profile with another portal part; `user: undefined` takes the name away. */
async function profileOf(site: Site, portal: object = {}): Promise<LoadedProfile> {
  const json = JSON.parse(readFileSync(site.ready.profile, 'utf8')) as { portal: object }
  const path = join(folder, 'site.json')
  writeFileSync(path, JSON.stringify({ ...json, portal: { ...json.portal, oidc: undefined, ...portal } }))
  return loadProfile(path)
}

async function clientOn(site: Site, options: Partial<SignInClientOptions> = {}, portal: object = {}) {
  const loaded = options.loaded ?? (await profileOf(site, portal))
  const caFile = site.ready.caFile
  const client = signInClient({ dataFolder: folder, handOffPort: port, caFile, ...options, loaded })
  clients.push(client)
  return client
}

/** Works with the portal as somebody else. */
async function withPortal<T>(site: Site, use: (auth: AuthPortal) => Promise<T>): Promise<T> {
  const http = new PortalHttp(readFileSync(site.ready.caFile, 'utf8'))
  try {
    return await use(new AuthPortal(http, `${site.ready.portal}/auth`))
  } finally {
    await http.close()
  }
}

const kindOf = async (attempt: Promise<unknown>) => (await failureOf(attempt)).kind

test('portals have port 4431 built in', () => expect(portalHandOffPort).toBe(4431))

describe.each(['saml', 'oidc'] as const)('%s', (kind) => {
  const site = (): Site => (kind === 'saml' ? saml : oidc)

  test('the browser comes back with a token, which is verified, kept, and revoked at the end', async () => {
    const client = await clientOn(site(), { browserUser: 'alice' })
    expect(await client.auth.outlook()).toEqual({ kind: 'browser', user: null })
    const lease = await client.signIn()
    expect([lease.user, lease.verified, lease.warnings]).toEqual(['alice', true, []])
    expect(client.asked).toMatchObject([
      { type: 'browser-sign-in', origin: site().ready.portal, opened: true, problem: null },
    ])
    expect(client.open.size).toBe(0)

    const visits = await client.visits[0]!
    expect(new URL(visits[0]!.url).origin).toBe(site().ready.portal)
    const last = visits.at(-1)!
    // What stays in the browser's history carries no token.
    expect([last.status, last.url]).toEqual([200, `http://localhost:${port}/signed-in`])
    expect(last.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect(last.text).not.toContain('eyJ')

    const token = await client.auth.token()
    expect(JSON.stringify(client.logger.lines)).not.toContain(token)
    await withPortal(site(), async (auth) => {
      expect((await auth.verify(token)).user).toBe('alice')
      // Given back, but kept for the next connection; the list of sessions joins it without a person.
      await lease.release()
      expect((await client.signIn({ unattended: true })).user).toBe('alice')
      expect(client.visits.length).toBe(1)
      await client.auth.signOut()
      expect(await kindOf(auth.verify(token))).toBe('login-superseded')
    })
    expect(await kindOf(client.auth.token())).toBe('needs-answer')
    expect(await kindOf(client.signIn({ unattended: true }))).toBe('needs-answer')
  })

  test('somebody else is signed in in the browser', async () => {
    const client = await clientOn(site(), { browserUser: 'mallory' })
    const failure = await failureOf(client.signIn())
    expect(failure).toMatchObject({
      kind: 'sign-in-refused',
      reason: 'other-user',
      facts: { actual: 'mallory', expected: 'alice' },
    })
    expect(await kindOf(client.auth.token())).toBe('needs-answer')
  })

  test('without a name in the profile the typed one is compared; without any, the portal’s is taken', async () => {
    const client = await clientOn(site(), { browserUser: 'bob' }, { user: undefined })
    expect(await kindOf(client.signIn({ user: 'carol' }))).toBe('sign-in-refused')
    expect((await client.signIn()).user).toBe('bob')
  })
})

test('a browser that cannot be opened: the address is shown, and a pasted one is taken', async () => {
  const token = await withPortal(saml, async () => tokenByBrowser(saml))
  const client = await clientOn(saml, {
    person: (question) =>
      question.type === 'browser-sign-in'
        ? question.problem === null
          ? ['token', 'junk-of-no-portal']
          : ['token', `http://localhost:4431/auth/callback?token=${token}`]
        : null,
  })
  expect((await client.signIn()).user).toBe('alice')
  expect(client.asked).toMatchObject([
    { type: 'browser-sign-in', opened: false, address: `${saml.ready.portal}/auth/saml/login` },
    { problem: notAccepted },
  ])
})

/** A token as a person could copy it. */
async function tokenByBrowser(site: Site): Promise<string> {
  const client = await clientOn(site, { browserUser: 'alice' })
  await client.signIn()
  // The port is there until the browser has its last page; the next sign-in needs it.
  await Promise.all(client.visits)
  await vi.waitUntil(async () => !(await listens('127.0.0.1')), {
    timeout: 30_000,
    message: 'the port is free',
  })
  return client.auth.token()
}

test('"Open again" opens again; cancelling ends it', async () => {
  let times = 0
  const client = await clientOn(saml, {
    browserUser: 'alice',
    play: false,
    person: () => (times++ < 2 ? ['open'] : null),
  })
  expect(await kindOf(client.signIn())).toBe('cancelled')
  expect(client.asked.length).toBe(3)
})

test('leaving withdraws the question and closes the port', async () => {
  const client = await clientOn(saml, { browserUser: 'alice', play: false })
  expect(await listens('127.0.0.1')).toBe(false)
  const leaving = new AbortController()
  const attempt = failureOf(client.signIn({ signal: leaving.signal }))
  await vi.waitUntil(() => client.open.size > 0, { timeout: 30_000, message: 'the question' })
  expect([await listens('127.0.0.1'), await listens('::1')]).toEqual([true, true])
  // No other sign-in waits behind a person.
  expect(await kindOf(client.signIn({ unattended: true }))).toBe('needs-answer')
  leaving.abort()
  await attempt
  expect(client.open.size).toBe(0)
  await vi.waitUntil(async () => !(await listens('127.0.0.1')), {
    timeout: 30_000,
    message: 'the port is closed',
  })
})

test.each(['127.0.0.1', '::1'])(
  'the port taken on %s: no browser is sent, a token is asked for',
  async (host) => {
    const token = await tokenByBrowser(saml)
    await Promise.all(clients.map(({ auth }) => auth.keepAlive()))
    const thief = createServer((socket) => socket.destroy())
    await vi.waitUntil(async () => !((await listens('127.0.0.1')) || (await listens('::1'))), {
      timeout: 30_000,
      message: 'the port is free',
    })
    await new Promise<void>((resolve) => thief.listen(port, host, resolve))
    try {
      const client = await clientOn(saml, { browserUser: 'alice', person: () => [token] })
      expect((await client.signIn()).user).toBe('alice')
      expect(client.visits).toEqual([])
      expect(client.asked).toMatchObject([
        {
          type: 'token',
          why: asText('desktop.ask.noHandOff', {
            why: asText('failures.bad-request.port-taken.message', { port }),
          }),
        },
      ])
    } finally {
      await new Promise((resolve) => thief.close(resolve))
    }
  },
)

test('a sign-in of an unknown type: the token is asked for until it is right, five times at most', async () => {
  const client = await clientOn(saml, { person: () => ['not-the-right-token'] })
  await saml.setFault('sso-unknown-type', true)
  try {
    expect((await client.auth.outlook()).kind).toBe('token')
    expect(await kindOf(client.signIn())).toBe('sign-in-refused')
    expect(client.asked.length).toBe(5)
    expect(client.asked.at(-1)).toMatchObject({ problem: notAccepted })
    const unattended = await clientOn(saml, { person: () => [] })
    expect(await kindOf(unattended.signIn())).toBe('needs-answer')
  } finally {
    await saml.setFault('sso-unknown-type', false)
  }
})

test('a token that the caller brings is used without questions, and not revoked', async () => {
  const owner = await clientOn(saml, { browserUser: 'alice' })
  await owner.signIn()
  const token = await owner.auth.token()
  const client = await clientOn(saml, { token })
  const lease = await client.signIn({ unattended: true })
  expect([lease.user, lease.verified]).toEqual(['alice', true])
  await lease.release()
  await client.dispose()
  await withPortal(saml, async (auth) => expect((await auth.verify(token)).user).toBe('alice'))
  const forged = await clientOn(saml, { token: `${token}x` })
  expect(await kindOf(forged.signIn({ unattended: true }))).toBe('sign-in-refused')
})

test.each([
  ['saml-broken', 'saml'],
  ['oidc-broken', 'oidc'],
] as const)('%s: the browser shows the error, and the port stays closed to it', async (fault, kind) => {
  const site = kind === 'saml' ? saml : oidc
  await site.setFault(fault, true)
  try {
    const client = await clientOn(site, { browserUser: 'alice' })
    const leaving = new AbortController()
    const attempt = failureOf(client.signIn({ signal: leaving.signal }))
    await vi.waitUntil(() => client.visits.length > 0, { timeout: 30_000, message: 'the browser was opened' })
    expect((await client.visits[0]!).at(-1)!.status).toBeGreaterThanOrEqual(400)
    expect(client.open.size).toBe(1)
    leaving.abort()
    await attempt
  } finally {
    await site.setFault(fault, false)
  }
})

describe('standards OpenID Connect', () => {
  const portal = (change: object = {}): object => {
    const { issuer, clientId, scope, exchange } = saml.ready.oidc!
    return { oidc: { issuer, clientId, scopes: scope.split(' '), exchange, ...change } }
  }

  test('a free port, PKCE, and the portal’s own token for the ID token', async () => {
    const client = await clientOn(saml, { browserUser: 'alice' }, portal())
    expect((await client.auth.outlook()).kind).toBe('browser')
    const lease = await client.signIn()
    expect([lease.user, lease.verified]).toEqual(['alice', true])
    const visits = await client.visits[0]!
    const first = new URL(visits[0]!.url)
    expect(first.origin).toBe(saml.ready.oidc!.issuer)
    expect(Object.fromEntries(first.searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      response_type: 'code',
    })
    const back = new URL(first.searchParams.get('redirect_uri')!)
    expect([back.hostname, back.pathname]).toEqual(['127.0.0.1', '/callback'])
    expect(visits.at(-1)!.url).toBe(`${back.origin}/signed-in`)
    await withPortal(saml, async (auth) => {
      expect((await auth.verify(await client.auth.token())).user).toBe('alice')
    })
  })

  test('a portal below a path exchanges there', async () => {
    const { exchange } = saml.ready.oidc!
    const below = {
      ...portal({ exchange: exchange.replace(/^\/auth/, '') }),
      authUrl: `${saml.ready.portal}/auth`,
    }
    const client = await clientOn(
      saml,
      { browserUser: 'alice' },
      { ...below, origin: `${saml.ready.portal}/auth/` },
    )
    expect((await client.signIn()).user).toBe('alice')
  })

  test('a provider that is not there', async () => {
    const client = await clientOn(saml, { browserUser: 'alice' }, portal({ issuer: 'http://127.0.0.1:1' }))
    expect(await kindOf(client.signIn())).toBe('sign-in-refused')
    expect(client.visits).toEqual([])
  })

  test('a portal that takes no ID token', async () => {
    const client = await clientOn(saml, { browserUser: 'alice' }, portal({ exchange: undefined }))
    expect(await kindOf(client.signIn())).toBe('sign-in-refused')
  })
})
