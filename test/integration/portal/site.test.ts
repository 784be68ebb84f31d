/** The portal client on the running demo site: real nginx with TLS, real Redis, real Slurm. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { Dashboard } from '../../../src-main/protocols/portal/dashboard.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { moonlightImages } from '../../../src-main/protocols/portal/images.ts'
import { MoonlightApi } from '../../../src-main/protocols/portal/moonlight.ts'
import { authBase, probeDashboard, probeMoonlight } from '../../../src-main/protocols/portal/probe.ts'
import { SessionMemory } from '../../../src-main/services/sessions/memory.ts'
import { SessionService } from '../../../src-main/services/sessions/service.ts'
import { loadProfile, type LoadedProfile } from '../../../src-main/services/sites/load-profile.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { authServices } from './auth-services.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { failureOf } from '../../support/failure-of.ts'

let site: Site
let loaded: LoadedProfile
let http: PortalHttp
let auth: AuthPortal

beforeAll(async () => {
  site = await startSite({ desktop: 'plain', faults: ['host-not-ready'] })
  loaded = await loadProfile(site.ready.profile)
})
afterAll(() => site.dispose())
beforeEach(() => {
  http = new PortalHttp(loaded.portalCa)
  auth = new AuthPortal(http, authBase(loaded.profile.portal!))
})
afterEach(() => http.close())

async function api(user: string): Promise<MoonlightApi> {
  const base = await probeMoonlight(http, loaded.profile.portal!)
  expect(base).toBe(`${site.ready.portal}/api/moonlight`)
  return new MoonlightApi(http, base ?? '', user)
}

/** Waits until the portal's word for a session is one of these. */
const of = (siteId: string) => ({ siteId, kind: 'stream' as const })

const until = (sessions: MoonlightApi, id: string, words: string[]) =>
  vi.waitUntil(
    async () => {
      const found = (await sessions.sessions()).find((session) => session.id === id)
      return found && words.includes(found.status) ? found : null
    },
    { timeout: 30_000, message: words.join(' or ') },
  )

describe('sign-in', () => {
  test('login, verify, refresh, logout', async () => {
    expect(await auth.info()).toMatchObject({ sso_enabled: false, sso_type: 'mock' })
    const first = await auth.testLogin('sam', ['HPC-Admins'])
    expect(first.user).toBe('sam')
    expect(first.expiresAt).toBeGreaterThan(Date.now() + 3_600_000)
    expect(Math.abs(first.clockOffsetMs)).toBeLessThan(10_000)
    expect((await auth.verify(first.token)).user).toBe('sam')
    const second = await auth.refresh(first.token)
    expect(second.user).toBe('sam')
    await auth.logout(second.token)
    // Revoked, though not expired: to the client that is another sign-in.
    expect((await failureOf(auth.verify(second.token))).kind).toBe('login-superseded')
    expect((await failureOf(auth.refresh(second.token))).kind).toBe('login-superseded')
  })

  test('a later sign-in takes over', async () => {
    const first = await auth.testLogin('kim', ['DX-Users'])
    const second = await auth.testLogin('kim', ['HPC-Admins'])
    expect((await failureOf(auth.verify(first.token))).kind).toBe('login-superseded')
    expect((await auth.verify(second.token)).user).toBe('kim')
  })

  test('tokens that are none', async () => {
    for (const token of ['no-web-token-at-all', `${'a'.repeat(20)}.b.c`])
      expect((await failureOf(auth.verify(token))).kind).toBe('token-expired')
  })

  test.each([
    ['sign-in-refused', 'sign-in-refused'],
    ['token-expired', 'token-expired'],
  ] as const)('%s', async (fault, kind) => {
    await site.setFault(fault, true)
    try {
      expect((await failureOf(auth.testLogin('lee', ['HPC-Admins']))).kind).toBe(kind)
    } finally {
      await site.setFault(fault, false)
    }
    expect((await auth.testLogin('lee', ['HPC-Admins'])).user).toBe('lee')
  })

  test('another authority is not trusted', async () => {
    const stranger = new PortalHttp(null)
    const failure = await failureOf(new AuthPortal(stranger, `${site.ready.portal}/auth`).info())
    await stranger.close()
    expect(failure.kind).toBe('untrusted-certificate')
  })
})

describe('sessions', () => {
  test('made, listed, run, removed, and gone', async () => {
    const sessions = await api('alice')
    expect(
      ((await moonlightImages(http, `${site.ready.portal}/api/moonlight`)) ?? []).find(
        ({ id }) => id === 'desktop',
      ),
    ).toMatchObject({
      available: true,
      default: true,
    })
    const made = await sessions.create('desktop')
    const running = await until(sessions, made.id, ['running'])
    expect(running).toMatchObject({ id: made.id, jobId: made.jobId, port: made.port, imageId: 'desktop' })
    expect(Math.abs((running.createdAt ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(await site.activeJobs()).toContain(made.jobId)
    await sessions.remove(made.id)
    await sessions.remove(made.id)
    expect(await sessions.sessions()).toEqual([])
    await vi.waitUntil(async () => !(await site.activeJobs()).includes(made.jobId), {
      timeout: 30_000,
      message: 'the job is gone',
    })
  })

  test('several users at once see their own only', async () => {
    const users = ['alice', 'alice-b', 'bob']
    const made = await Promise.all(users.map(async (user) => (await api(user)).create('desktop')))
    expect(new Set(made.map(({ jobId }) => jobId)).size).toBe(3)
    for (const [index, user] of users.entries()) {
      const listed = await (await api(user)).sessions()
      expect(listed.map(({ id }) => id)).toEqual([made[index]?.id])
      await (await api(user)).remove(made[index]?.id ?? '')
    }
  })

  test('a job that ends at once is shown as completed', async () => {
    await site.setFault('job-ends-early', true)
    try {
      const sessions = await api('carl')
      const made = await sessions.create('desktop')
      await until(sessions, made.id, ['completed'])
      await sessions.remove(made.id)
    } finally {
      await site.setFault('job-ends-early', false)
    }
  })

  test.each([
    ['image-missing', 'image-missing'],
    ['portal-502', 'portal-error'],
  ] as const)('%s', async (fault, kind) => {
    const sessions = await api('dan')
    await site.setFault(fault, true)
    try {
      const failure = await failureOf(sessions.create('desktop'))
      expect(failure.kind).toBe(kind)
      // Down is not the same as not routed.
      expect(await probeMoonlight(http, loaded.profile.portal!)).toBe(`${site.ready.portal}/api/moonlight`)
    } finally {
      await site.setFault(fault, false)
    }
  })

  test('an image that there is not', async () => {
    expect((await failureOf((await api('eve')).create('no-such-image'))).kind).toBe('portal-error')
  })
})

test('health, nodes and jobs of the dashboard', async () => {
  const base = await probeDashboard(http, loaded.profile.portal!)
  const dashboard = new Dashboard(http, base ?? '')
  const sessions = await api('fay')
  const made = await sessions.create('desktop')
  await until(sessions, made.id, ['running'])
  const health = await dashboard.health()
  expect(health.invented).toBe(false)
  expect(health.value.find(({ name }) => name === 'slurm')?.status).toBe('healthy')
  const nodes = await dashboard.nodes()
  expect(nodes.invented).toBe(false)
  expect(nodes.value.map(({ name, cpusTotal }) => [name, cpusTotal])).toEqual([
    ['viz-node001', 8],
    ['viz-node002', 8],
  ])
  expect(nodes.value.some(({ cpusAllocated }) => (cpusAllocated ?? 0) > 0)).toBe(true)
  const job = (await dashboard.jobs()).value.find(({ id }) => id === made.jobId)
  expect(job).toMatchObject({ name: 'moonlight-fay', state: 'RUNNING' })
  await sessions.remove(made.id)
})

describe('the list of sessions', () => {
  const service = (): SessionService =>
    new SessionService(
      authServices(loaded, site.directory),
      createNodePlatform({ dataFolder: join(site.directory, 'test-data'), logger: collectingLogger() }),
    )

  test('shows the user’s own, and ends one of them', async () => {
    const made = await (await api(site.ready.user)).create('desktop')
    const listed = await service().list(of('demo'))
    expect(listed.map(({ id, jobId }) => [id, jobId])).toEqual([[made.id, made.jobId]])
    expect(listed[0]?.endsAt).toBe((listed[0]?.createdAt ?? 0) + loaded.profile.slurm.jobSeconds * 1000)
    await service().end(of('demo'), made.id)
    expect(await service().list(of('demo'))).toEqual([])
  })

  test('ends no other user’s', async () => {
    const bobs = await api('bob')
    const made = await bobs.create('desktop')
    expect((await failureOf(service().end(of('demo'), made.id))).kind).toBe('bad-request')
    expect((await bobs.sessions()).map(({ id }) => id)).toEqual([made.id])
    await bobs.remove(made.id)
    expect((await failureOf(service().list(of('elsewhere')))).kind).toBe('bad-request')
  })

  test('holds a session that only one of the portal’s two lists has', async () => {
    const dataFolder = join(site.directory, 'test-data')
    await site.setFault('in-memory-fallback', true)
    const made = await (await api(site.ready.user)).create('desktop')
    const facts = { startedAt: null, requestedAt: made.createdAt, node: 'viz-node001' }
    const memory = new SessionMemory(dataFolder, 'demo')
    try {
      await memory.remember({ ...made, ...facts })
      for (let look = 0; look < 4; look++)
        expect((await service().list(of('demo'))).map(({ id }) => id)).toEqual([made.id])
      expect(await service().end(of('demo'), made.id)).toMatchObject({ over: true })
    } finally {
      await memory.forget(made.id)
      await site.setFault('in-memory-fallback', false)
    }
  })

  test('leaves the user’s login in a browser as it is', async () => {
    const { token } = await auth.testLogin(site.ready.user, [])
    await service().list(of('demo'))
    expect((await auth.verify(token)).user).toBe(site.ready.user)
  })
})

test('a profile without the authority’s file is refused by TLS, not by chance', async () => {
  const json = JSON.parse(readFileSync(site.ready.profile, 'utf8')) as { portal: { caFile?: string } }
  delete json.portal.caFile
  const path = join(site.directory, 'without-authority.json')
  writeFileSync(path, JSON.stringify(json))
  const without = await loadProfile(path)
  const service = new SessionService(
    authServices(without, site.directory),
    createNodePlatform({ dataFolder: join(site.directory, 'test-data'), logger: collectingLogger() }),
  )
  expect((await failureOf(service.list(of('demo')))).kind).toBe('untrusted-certificate')
})
