/** How long each question to the portal may take; and that nothing is asked after the user has left. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { AuthPortal } from '../../../../src-main/protocols/portal/auth.ts'
import { Dashboard } from '../../../../src-main/protocols/portal/dashboard.ts'
import {
  PortalHttp,
  type PortalRequest,
  type PortalSender,
} from '../../../../src-main/protocols/portal/http.ts'
import { jobFromTable } from '../../../../src-main/protocols/portal/job-table.ts'
import { MoonlightApi } from '../../../../src-main/protocols/portal/moonlight.ts'
import { probeDashboard, probeMoonlight } from '../../../../src-main/protocols/portal/probe.ts'
import { lookAtRoutes, lookAtServices } from '../../../../src-main/protocols/portal/routes.ts'
import { VncApi } from '../../../../src-main/protocols/portal/vnc.ts'
import { Prometheus } from '../../../../src-main/protocols/prometheus/query.ts'
import { beginOidcLogin } from '../../../../src-main/services/auth/oidc-login.ts'
import type { PortalProfile } from '../../../../src-main/shared/model/site-profile.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'
import { givenUpAfter, startFakeClock } from '../../../support/fake-clock.ts'

afterEach(() => vi.restoreAllMocks())

const base = 'https://portal.example/base'
const portal = { origin: 'https://portal.example' } as PortalProfile

const questions: [string, number, (http: PortalSender) => Promise<unknown>][] = [
  ['ending a sign-in', 3000, (http) => new AuthPortal(http, base).logout('token')],
  ['the sessions', 30_000, (http) => new MoonlightApi(http, base, 'ada').sessions()],
  ['a new session', 30_000, (http) => new MoonlightApi(http, base, 'ada').create('desktop')],
  ['ending a session', 30_000, (http) => new MoonlightApi(http, base, 'ada').remove('ml-ada-1')],
  ['VNC desktops', 30_000, (http) => new VncApi(http, base, async () => 'token').sessions()],
  ['nodes', 15_000, (http) => new Dashboard(http, base).nodes()],
  [
    'the data disk, for which the portal walks a tree',
    60_000,
    (http) => new Dashboard(http, base).dataDisk(),
  ],
  ['scratch, for which it walks a tree', 60_000, (http) => new Dashboard(http, base).scratch()],
  ['the way to Prometheus', 10_000, (http) => new Dashboard(http, base).prometheus()],
  ['machines of Prometheus', 10_000, (http) => new Prometheus(http, base).machines()],
  ['the table of jobs', 10_000, (http) => jobFromTable(http, portal, '1')],
  ['the desktop service’s address', 8000, (http) => probeMoonlight(http, portal)],
  ['the dashboard’s address', 8000, (http) => probeDashboard(http, portal)],
  ['services', 8000, (http) => lookAtServices(http, portal)],
  ['routes', 8000, (http) => lookAtRoutes(http, portal)],
]

test.each(questions)('%s: %i ms', async (_what, ms, ask) => {
  const asked: (number | undefined)[] = []
  const http = {
    async send(_url: string, { deadlineMs }: PortalRequest = {}) {
      asked.push(deadlineMs)
      return portalAnswer({ status: 500 })
    },
  }
  await ask(http).catch(() => undefined)
  expect(new Set(asked)).toEqual(new Set([ms]))
})

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A portal that takes requests and says nothing. */
async function silentPortal(): Promise<{ origin: string; asked: Promise<void>; count: () => number }> {
  const first = Promise.withResolvers<void>()
  let count = 0
  const server = createServer(() => {
    count++
    first.resolve()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, asked: first.promise, count: () => count }
}

test('a portal that says nothing is waited for ten seconds', async () => {
  const { origin, asked } = await silentPortal()
  const clock = startFakeClock()
  const http = new PortalHttp(null)
  try {
    const outcome = failureOf(http.send(`${origin}/`))
    await asked
    expect((await givenUpAfter(clock, 10_000, outcome)).kind).toBe('portal-unreachable')
  } finally {
    clock.restore()
    await http.close()
  }
})

test('a sign-in provider that says nothing is waited for ten seconds', async () => {
  const clock = startFakeClock()
  const http = new PortalHttp(null)
  try {
    const { origin, asked } = await silentPortal()
    const profile = { issuer: origin, clientId: 'vizlink', scopes: ['openid'] }
    const begun = failureOf(beginOidcLogin(profile, http, 1))
    await asked
    expect((await givenUpAfter(clock, 10_000, begun)).kind).toBe('sign-in-refused')
  } finally {
    clock.restore()
    await http.close()
  }
})

test('a portal that takes no connection is waited for eight seconds', async () => {
  const { origin } = await silentPortal()
  const waits = vi.spyOn(globalThis, 'setTimeout')
  const http = new PortalHttp(null)
  const socket = await http.openConnection(new URL(origin))
  socket.destroy()
  await http.close()
  expect(waits.mock.calls.map(([, ms]) => ms)).toContain(8000)
})

test('nothing is asked after the end', async () => {
  const { origin, count } = await silentPortal()
  const http = new PortalHttp(null)
  await http.close()
  await failureOf(http.send(`${origin}/`))
  expect(count()).toBe(0)
})
