/** Which session a start comes to: one click or two, a session of several, one that is over. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createApp } from '../../../src-main/app.ts'
import type { CallName, CallOutput } from '../../../src-main/shared/contract.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { MoonlightApi } from '../../../src-main/protocols/portal/moonlight.ts'
import { probeMoonlight } from '../../../src-main/protocols/portal/probe.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { english } from '../../support/english.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { isOver } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { said } from '../../support/texts.ts'
import { overSsh } from '../site/ssh.ts'

let here: TestSite
let http: PortalHttp
let api: MoonlightApi
beforeAll(async () => {
  here = await startTestSite({ nodes: 2 })
  const { portalCa, profile } = await loadProfile(here.site.ready.profile)
  http = new PortalHttp(portalCa)
  api = new MoonlightApi(http, (await probeMoonlight(http, profile.portal!)) ?? '', here.site.ready.user)
})
afterAll(async () => {
  await http.close()
  await here.dispose()
})

async function call<N extends CallName>(app: TestSite['client']['app'], name: N, input: object) {
  const reply = await app.call({ id: 'test', trusted: true }, name, input)
  if (!reply.ok) throw new Error(`${reply.failure.kind}: ${english(reply.failure).message}`)
  return reply.value as CallOutput<N>
}
const list = async (): Promise<string[]> =>
  (await call(here.client.app, 'sessions.list', { siteId: 'demo', kind: 'stream' })).map(({ id }) => id)

test('two clicks at once make one connection and one session', async () => {
  await here.leavesNothing(async () => {
    const [one, other] = await Promise.all([here.client.connect(), here.client.connect()])
    expect(one.snapshot.desktopId).toBe(other.snapshot.desktopId)
    await one.streaming()
    expect(await here.site.activeJobs()).toHaveLength(1)
    await one.leave('END')
  })
})

test('of several sessions the one that is asked for is resumed; one that is over is not, and no new one is made', async () => {
  await here.leavesNothing(async () => {
    const made = [await api.create('desktop')]
    // Two within a second get the same id at the portal.
    await vi.waitUntil(
      async () => {
        if (Date.now() < (made[0]?.createdAt ?? 0) + 2000) return null
        made.push(await api.create('desktop'))
        return true
      },
      { timeout: 30_000, message: 'a second later' },
    )
    for (const session of made.toReversed()) {
      const attempt = await here.client.connect(session.id)
      await attempt.until(({ session }) => session !== null)
      expect(attempt.snapshot.session?.id).toBe(session.id)
      await attempt.leave('DISCONNECT')
    }
    const [first, second] = made
    await overSsh(here.site, `scancel ${first?.jobId}`)
    await vi.waitUntil(async () => (await list()).length === 1, { timeout: 30_000, message: 'it is over' })
    expect(await list()).toEqual([second?.id])
    const { failure } = await (await here.client.connect(first?.id)).until(isOver)
    expect(failure?.kind).toBe('bad-request')
    expect(english(failure).message).toContain('is over')
    expect(await here.site.activeJobs()).toEqual([second?.jobId])
    // The record of the one that is over would hold its display for as long as anybody lists sessions.
    expect((await api.sessions()).map(({ id }) => id)).toEqual([second?.id])
    await call(here.client.app, 'sessions.end', { siteId: 'demo', kind: 'stream', sessionId: second?.id })
  })
})

test('a profile without portal user: the name that is given, for the list and for ending', async () => {
  await here.leavesNothing(async () => {
    const loaded = await loadProfile(here.site.ready.profile)
    const { user, ...portal } = loaded.profile.portal!
    const platform = createNodePlatform({
      logger: collectingLogger(),
      dataFolder: join(here.home, 'nameless'),
    })
    const app = createApp(platform, { profiles: [{ ...loaded, profile: { ...loaded.profile, portal } }] })
    const made = await api.create('desktop')
    await expect(call(app, 'sessions.list', { siteId: 'demo', kind: 'stream' })).rejects.toThrow('user name')
    const listed = await call(app, 'sessions.list', { siteId: 'demo', kind: 'stream', user })
    expect(listed.map(({ id }) => id)).toEqual([made.id])
    await call(app, 'sessions.end', { siteId: 'demo', kind: 'stream', user, sessionId: made.id })
    expect(await call(app, 'sessions.list', { siteId: 'demo', kind: 'stream', user })).toEqual([])
    await app.dispose()
    await platform.dispose()
  })
})

test('an identity that could not be read at first is read at the next start', async () => {
  const loaded = await loadProfile(here.site.ready.profile)
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: join(here.home, 'locked') })
  const { secrets } = platform
  let locked = true
  const app = createApp(
    {
      ...platform,
      secrets: {
        persistent: secrets.persistent,
        get: (name) => (locked ? Promise.reject(new Error('locked')) : secrets.get(name)),
        set: (name, value) => secrets.set(name, value),
        delete: (name) => secrets.delete(name),
      },
    },
    { profiles: [loaded] },
  )
  const video = { width: 640, height: 360, fps: 30, bitrateKbps: 3000 }
  const input = { siteId: 'demo', kind: 'stream', user: null, video }
  await expect(call(app, 'desktop.start', input)).rejects.toThrow('internal')
  locked = false
  const { desktopId } = await call(app, 'desktop.start', input)
  app.desktop(desktopId).send('CANCEL')
  await app.dispose()
  await platform.dispose()
})

test('an image that is unpacked first: the page says what it waits for, and the same job becomes a desktop', async () => {
  await here.leavesNothing(async () => {
    await here.site.setFault('image-unpacked-first', true)
    try {
      const attempt = await here.client.connect()
      const { session } = await attempt.until(({ steps }) =>
        steps.some(({ detail }) => /image is being unpacked/.test(said(detail))),
      )
      expect((await attempt.streaming()).session?.jobId).toBe(session?.jobId)
      await attempt.leave('END')
    } finally {
      await here.site.setFault('image-unpacked-first', false)
    }
  })
})
