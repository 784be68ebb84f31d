/** The time of a service is distinguished from that of a busy computer or web server. */
import { expect, test } from 'vitest'
import type { Seen, ServiceSight } from '../../../src-main/site-check/observations.ts'
import { timeServices } from '../../../src-main/site-check/gather/service-sight.ts'
import { portalAnswer } from '../../support/portal-answer.ts'

const dashboard = 'https://portal.example/dashboard/api/health'
const unseen: Seen<ServiceSight> = { ok: false, reason: 'not looked at' }

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
  const sight: Seen<ServiceSight> = { ok: true, value: { state: 'answers', seen: '', url: dashboard } }
  const sights = { dashboard: sight, cae: unseen, authPortal: unseen, moonlight: unseen }
  const http = { send, overOneConnection: () => http, close: () => Promise.resolve() }
  const times = await timeServices(http, sights)
  expect([times.cae, times.authPortal, times.moonlight]).toEqual([null, null, null])
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
