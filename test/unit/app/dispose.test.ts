/** The app's end: nothing of it runs on afterwards, and nothing that hangs holds it up. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApp } from '../../../src-main/app.ts'
import type { Platform } from '../../../src-main/ports/platform.ts'
import type { ChildHandle } from '../../../src-main/ports/process-host.ts'
import { Desktop } from '../../../src-main/services/desktop/desktop.ts'
import { SiteSessions } from '../../../src-main/services/sessions/site-sessions.ts'
import type { LoadedProfile } from '../../../src-main/services/sites/load-profile.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { createNodePlatform, type NodePlatform } from '../../../src-main/shells/node/index.ts'
import { isSettled, startFakeClock } from '../../support/fake-clock.ts'
import { silentChild } from '../../support/silent-child.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { startStandIn } from '../../support/stand-in-portal.ts'

let folder: string
let platform: NodePlatform
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-dispose-test-'))
  platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
})
afterEach(async () => {
  await platform.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** A site whose sessions come from the portal, or without one from Slurm. */
function siteWith(portal: { origin: string; user: string } | null): LoadedProfile {
  const ssh = { user: 'ada', loginHost: { address: 'login.example' }, nodes: {} }
  const profile = siteProfileSchema.parse({
    version: 1,
    id: 'site',
    name: 'Site',
    ssh,
    ...(portal && { portal }),
  })
  return {
    profile,
    jobTemplate: portal ? null : '#!/bin/sh',
    ...{ portalCa: null, identityFile: null, redisPasswordFile: null, redisCaFile: null },
  }
}

test('an app that ends at once waits for the identity that it is making: its folder can go', async () => {
  const { secrets } = platform
  const done: string[] = []
  const slow = {
    ...platform,
    secrets: {
      persistent: secrets.persistent,
      get: (name: string) => secrets.get(name),
      delete: (name: string) => secrets.delete(name),
      set: async (name: string, value: string) => {
        await secrets.set(name, value)
        done.push(name)
      },
    },
  }
  await createApp(slow, { profiles: [] }).dispose()
  expect(done).toEqual(['gamestream-identity'])
  expect(readdirSync(join(folder, 'secrets'))).toHaveLength(1)
})

test('the login of a VNC desktop does not outlive the app', async () => {
  const good = {
    sso_enabled: true,
    sso_type: 'oidc',
    login_url: '/',
    valid: true,
    user: { sub: 'ada', exp: 4e9 },
  }
  await using portal = await startStandIn((_asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(good))
  })
  const link = silentChild()
  const child: ChildHandle = {
    ...link.child,
    send(message) {
      if ('name' in message && message.name === 'close') void link.child.end()
      return link.child.send(message)
    },
  }
  const app = createApp(
    { ...platform, processes: { start: () => child } },
    { profiles: [siteWith({ origin: portal.origin, user: 'ada' })], token: 'a-token-of-ada' },
  )
  const page = { id: 'page', trusted: true }
  await app.call(page, 'desktop.start', {
    ...{ siteId: 'site', kind: 'vnc', user: null },
    video: { width: 1280, height: 720, fps: 30, bitrateKbps: 3000 },
  })
  // The portal has let it in; the login host keeps it waiting.
  await vi.waitUntil(
    async () => {
      const reply = await app.call(page, 'signIn.look', { siteId: 'site' })
      return reply.ok && (reply.value as { user: string | null }).user === 'ada' && link.sent.length > 0
        ? true
        : null
    },
    { timeout: 30_000, message: 'signed in' },
  )
  await app.dispose()
  expect(link.ended()).toBe(true)
})

test('a connection whose end hangs holds the program up for eight seconds', async () => {
  const clock = startFakeClock()
  try {
    const link = silentChild()
    const started = Promise.withResolvers<void>()
    const stuck = { ...link.child, end: () => new Promise<void>(() => undefined) }
    const loaded = siteWith(null)
    const hanging: Platform = {
      ...platform,
      processes: { start: () => (started.resolve(), stuck) },
    }
    const desktop = new Desktop({
      desktopId: 'one',
      site: { kind: 'batch', loaded },
      platform: hanging,
      identity: { uniqueId: '', certificatePem: '', keyPem: '' },
      kind: 'stream',
      user: null,
      wish: { kind: 'any' },
      wanted: { image: null, hours: null },
      wait: true,
      video: { width: 1280, height: 720, fps: 30, bitrateKbps: 1000 },
      sessions: new SiteSessions(platform, 'site', () => undefined),
      onChange: () => undefined,
    })
    desktop.send('START')
    await started.promise
    const over = desktop.dispose()
    await clock.pass(7900)
    expect(await isSettled(over)).toBe(false)
    await clock.pass(200)
    await over
  } finally {
    clock.restore()
  }
})
