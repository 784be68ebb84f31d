/** Faults of the portal's services, nginx and Redis: each on and off again, as seen from outside. */
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startSite } from '../../site/index.ts'
import type { FaultName } from '../../site/faults.ts'
import type { Site } from '../../site/types.ts'
import { ask, createSession, duringFault, endSessions, listSessions } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', faults: ['host-not-ready'], redisAccess: {} })
})
afterAll(() => site.dispose())
afterEach(() => endSessions(site))

const withFault = (name: FaultName, use: () => Promise<void>): Promise<void> => duringFault(site, name, use)
const statusOf = async (path: string): Promise<number> => (await ask(site, 'GET', path)).status

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
const portOf = (address: string): number => Number(address.split(':')[1])

test.each([
  ['auth-portal-down', '/auth/info', 502],
  ['dashboard-down', '/api/health', 502],
  ['cae-down', '/cae/api/app/health', 502],
  ['cae-automation-down', '/cae/automation/health', 502],
  ['prometheus-down', '/api/prometheus/query?query=up', 500],
  ['prometheus-down', '/api/prometheus/health', 503],
  // The next longer prefix takes it: the dashboard's own 404.
  ['moonlight-not-routed', '/api/moonlight/images', 404],
  ['pages-missing', '/dashboard/', 404],
  ['pages-missing', '/moonlight/', 404],
] as const)('%s: %s is %i', async (fault, path, status) => {
  expect(await statusOf(path)).toBe(200)
  await withFault(fault, async () => expect(await statusOf(path)).toBe(status))
  expect(await statusOf(path)).toBe(200)
})

test('open-proxy: a port of the controller answers through nginx', async () => {
  const path = `/vncproxy/${portOf(site.ready.services.moonlight)}/health`
  const probe = async () => (await ask(site, 'GET', path)).text
  expect(await probe()).toContain('placeholder vnc')
  await withFault('open-proxy', async () => expect(await probe()).toContain('moonlight_backend'))
  expect(await probe()).toContain('placeholder vnc')
})

test.each(['cae', 'dashboard'] as const)('%s-public: it listens outside too', async (service) => {
  const port = portOf(site.ready.services[service])
  expect(await accepts('127.0.0.1', port)).toBe(false)
  await withFault(`${service}-public`, async () => expect(await accepts('127.0.0.1', port)).toBe(true))
  expect(await accepts('127.0.0.1', port)).toBe(false)
})

test('slow-services: answers come late', async () => {
  const services = ['/auth/info', '/api/health', '/cae/api/app/health', '/api/moonlight/images']
  await withFault('slow-services', async () => {
    for (const path of services) {
      const start = performance.now()
      await ask(site, 'GET', path)
      expect(performance.now() - start, path).toBeGreaterThan(149)
    }
  })
})

test('in-memory-fallback: two lists with numbers, and Redis’s own again afterwards', async () => {
  const { session_id: kept } = await createSession(site, 'maria')
  await withFault('in-memory-fallback', async () => {
    const { session_id: id } = await createSession(site, 'mira')
    const lists = [await listSessions(site, 'mira'), await listSessions(site, 'mira')]
    expect(lists.map((list) => list.length).sort()).toEqual([0, 1])
    expect(lists.flat()[0]).toMatchObject({
      session_id: id,
      username: 'mira',
      status: 'starting',
      sunshine_port: expect.any(Number) as number,
    })
    expect(await listSessions(site, 'maria')).toEqual([])
    const path = `/api/moonlight/sessions/${id}`
    const deleted = [(await ask(site, 'DELETE', path)).status, (await ask(site, 'DELETE', path)).status]
    expect(deleted.sort()).toEqual([200, 404])
  })
  expect((await listSessions(site, 'maria')).map(({ session_id }) => session_id)).toEqual([kept])
})

/** The certificate that the portal shows, unverified. */
const shown = () =>
  new Promise<{ subject: unknown; issuer: unknown; names: string | undefined; days: number }>(
    (resolve, reject) => {
      const socket = connectSecure(
        { host: '127.0.0.1', port: Number(new URL(site.ready.portal).port), rejectUnauthorized: false },
        () => {
          const { subject, issuer, subjectaltname, valid_to } = socket.getPeerCertificate()
          socket.destroy()
          resolve({
            subject: subject.CN,
            issuer: issuer.CN,
            names: subjectaltname,
            days: (Date.parse(valid_to) - Date.now()) / 86_400_000,
          })
        },
      )
      socket.once('error', reject)
    },
  )

test.each([
  ['certificate-self-signed', /self-signed certificate/],
  ['certificate-expiring', null],
  ['certificate-expired', /certificate has expired/],
  ['certificate-wrong-name', /does not match certificate's altnames/],
] as const)('%s', async (fault, refusal) => {
  await withFault(fault, async () => {
    const certificate = await shown()
    if (refusal) await expect(ask(site, 'GET', '/auth/info')).rejects.toThrow(refusal)
    else expect(await statusOf('/auth/info')).toBe(200)
    if (fault === 'certificate-self-signed')
      expect(certificate).toMatchObject({ subject: certificate.issuer, names: undefined })
    if (fault === 'certificate-expiring') expect(certificate.days).toBeLessThan(14)
  })
  expect(await statusOf('/auth/info')).toBe(200)
  expect((await shown()).days).toBeGreaterThan(30)
})

test('plain-http: the portal and its profile speak plain HTTP', async () => {
  const origin = async (): Promise<string> =>
    (JSON.parse(await readFile(site.ready.profile, 'utf8')) as { portal: { origin: string } }).portal.origin
  const secure = site.ready.portal
  await withFault('plain-http', async () => {
    expect(site.ready.portal).toBe(secure.replace('https:', 'http:'))
    expect(await origin()).toBe(site.ready.portal)
    expect(await statusOf('/auth/info')).toBe(200)
    await expect(ask(site, 'GET', `${secure}/auth/info`)).rejects.toThrow()
  })
  expect([site.ready.portal, await origin()]).toEqual([secure, secure])
  expect(await statusOf('/auth/info')).toBe(200)
})

test('redis-down: lists and tokens fail, health does not; records outlive it', async () => {
  const { session_id: id } = await createSession(site, 'rita')
  await withFault('redis-down', async () => {
    const list = await ask(site, 'GET', '/api/moonlight/sessions', { headers: { 'x-username': 'rita' } })
    expect([list.status, (list.json as { sessions: [] }).sessions]).toEqual([500, []])
    expect((await ask(site, 'DELETE', `/api/moonlight/sessions/${id}`)).contentType).toContain('html')
    expect(await statusOf('/api/moonlight/health')).toBe(200)
  })
  expect((await listSessions(site, 'rita')).map(({ session_id }) => session_id)).toEqual([id])
})

test('redis-cluster-mode: 500 MOVED for sign-in and records, which are there again afterwards', async () => {
  const { session_id: id } = await createSession(site, 'rosa')
  const login = () =>
    ask(site, 'POST', '/auth/test/login', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'rosa' }),
    })
  await withFault('redis-cluster-mode', async () => {
    const signedIn = await login()
    expect([signedIn.status, signedIn.json]).toEqual([
      500,
      { error: 'Test login failed', message: expect.stringMatching(/^MOVED \d+ [\d.]+:\d+$/) as string },
    ])
    const list = await ask(site, 'GET', '/api/moonlight/sessions', { headers: { 'x-username': 'rosa' } })
    expect([list.status, list.json]).toEqual([
      500,
      { error: expect.stringMatching(/^MOVED /) as string, sessions: [] },
    ])
  })
  expect((await login()).status).toBe(200)
  expect((await listSessions(site, 'rosa')).map(({ session_id }) => session_id)).toEqual([id])
})

test('redis-no-persistence and redis-session-leak, as a read-only user and the file show them', async () => {
  const { address, port, user, passwordFile } = site.ready.redisAccess!
  const client = new Redis({
    host: address,
    port,
    username: user,
    password: (await readFile(passwordFile, 'utf8')).trim(),
  })
  const savePoints = async () =>
    /^save (.*)$/m.exec(await readFile(site.ready.folders.redisConfiguration, 'utf8'))?.[1]
  expect(await savePoints()).not.toBe('""')
  await withFault('redis-no-persistence', async () => expect(await savePoints()).toBe('""'))
  expect(await savePoints()).not.toBe('""')
  const former = async (): Promise<string[]> =>
    (await client.scan('0', 'MATCH', 'moonlight:session:ml-former-*', 'COUNT', 1000))[1].sort()
  await withFault('redis-session-leak', async () => {
    const keys = await former()
    expect(keys).toHaveLength(4)
    expect(await Promise.all(keys.map((key) => client.ttl(key)))).toEqual([-1, -1, -1, -1])
    expect(Object.keys(await client.hgetall(keys.at(-1)!)).sort()).toEqual(['ended_at', 'status'])
  })
  expect(await former()).toEqual([])
  client.disconnect()
})
