/** The time of a service is distinguished from that of a busy computer or web server. */
import { expect, test } from 'vitest'
import { timeAnswers, timedAddresses } from '../../../../src-main/site-check/gather/response-times.ts'
import { siteProfileSchema } from '../../../../src-main/shared/model/site-profile.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'
import { healthyObservations, ok } from '../rules/healthy-observations.ts'

const dashboard = 'https://portal.example/api/health'
const control = 'https://portal.example/dashboard'

/** The dashboard's time where the web server's own answers and the service's take these times in turn, ms. */
async function timed(ownMs: number[], serviceMs: number[]): Promise<number | null> {
  const asked = { own: 0, service: 0 }
  const send = (url: string) => {
    const ms =
      (url === dashboard
        ? serviceMs[asked.service++ % serviceMs.length]
        : ownMs[asked.own++ % ownMs.length]) ?? NaN
    return Promise.resolve(portalAnswer({ ms, json: {} }))
  }
  const http = { send, overOneConnection: () => http, close: () => Promise.resolve() }
  const addresses = { dashboard, moonlight: null, dashboardPage: null, moonlightPage: null }
  const times = await timeAnswers(http, { addresses, control })
  expect([times.moonlight, times.dashboardPage, times.moonlightPage]).toEqual([null, null, null])
  return times.dashboard
}

/** Times of fifteen rounds of which so many are late. */
const late = (count: number, lateMs: number, ms: number) => [
  ...Array.from({ length: count }, () => lateMs),
  ...Array.from({ length: 15 - count }, () => ms),
]
/** What opens the connection; it is not counted. */
const opening = 90

test.concurrent.each<[string, number, number[], number[]]>([
  ['a service at rest', 5, [2], [7]],
  ['everything is late alike: the service adds nothing of it', 6, [200], [206]],
  ['the service alone is late', 150, [2], [152]],
  ['the opening of the connection is not in it', 150, [opening, ...late(0, 0, 2)], [152]],
  [
    'the web server was late for a while: that hides no slow service',
    150,
    [opening, ...late(7, 90, 2)],
    [152],
  ],
  ['the service was late for a while', 5, [2], late(7, 90, 7)],
  ['the service was late most of the time', 150, [2], late(8, 152, 7)],
  ['a machine that was busy for a while', 4, [opening, ...late(7, 90, 2)], late(7, 96, 6).reverse()],
  ['a service that takes seconds is asked five times', 1000, [2], [3002, 3002, 1002, 1002, 1002, 7]],
])('%s', async (_what, added, ownMs, serviceMs) => expect(await timed(ownMs, serviceMs)).toBe(added))

test('an address that answers with an error has no time', async () => {
  const send = (url: string) =>
    Promise.resolve(portalAnswer({ status: url === dashboard ? 404 : 200, ms: 5 }))
  const http = { send, overOneConnection: () => http, close: () => Promise.resolve() }
  const moonlight = 'https://portal.example/api/moonlight/health'
  const addresses = { dashboard, moonlight, dashboardPage: null, moonlightPage: null }
  expect(await timeAnswers(http, { addresses, control })).toMatchObject({ dashboard: null, moonlight: 0 })
})

test('the addresses that the portal has limits for, as far as they are there', () => {
  const o = healthyObservations()
  if (o.dashboard.ok) o.dashboard.value.url = dashboard
  if (o.moonlight.ok) o.moonlight.value.url = 'https://portal.example/api/moonlight/images'
  o.pages = ok([
    { page: '/dashboard', there: true },
    { page: '/moonlight', there: false },
  ])
  const portal = siteProfileSchema.shape.portal.unwrap().parse({ origin: 'https://portal.example/' })
  expect(timedAddresses({ portal }, o)).toEqual({
    addresses: {
      dashboard,
      moonlight: 'https://portal.example/api/moonlight/health',
      dashboardPage: 'https://portal.example/dashboard/',
      moonlightPage: null,
    },
    control,
  })
})
