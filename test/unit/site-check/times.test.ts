/** What a service takes is told apart from what a busy computer or web server takes. */
import { expect, test } from 'vitest'
import type { Seen, ServiceSight } from '../../../src-main/domain/site-check/observations.ts'
import type { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { timeServices } from '../../../src-main/services/site-check/service-sight.ts'

const dashboard = 'https://portal.example/dashboard/api/health'
const unseen: Seen<ServiceSight> = { ok: false, reason: 'not looked at' }

/** The dashboard's time where the web server's own answers and the service's take these times in turn, ms. */
async function timed(ownMs: number[], serviceMs: number[]): Promise<number | null> {
  const asked = { own: 0, service: 0 }
  const send = (url: string) => {
    const ms =
      url === dashboard ? serviceMs[asked.service++ % serviceMs.length] : ownMs[asked.own++ % ownMs.length]
    return Promise.resolve({ status: 200, ms, text: '', json: {} })
  }
  const sight: Seen<ServiceSight> = { ok: true, value: { state: 'answers', seen: '', url: dashboard } }
  const sights = { dashboard: sight, cae: unseen, authPortal: unseen, moonlight: unseen }
  const times = await timeServices({ send } as unknown as PortalHttp, sights)
  expect([times.cae, times.authPortal, times.moonlight]).toEqual([null, null, null])
  return times.dashboard
}

test('a service at rest', async () => expect(await timed([2], [7])).toBe(5))
test('everything is late alike: the service adds nothing of it', async () =>
  expect(await timed([200], [206])).toBe(6))
test('the service alone is late', async () => expect(await timed([2], [152])).toBe(150))
test('the web server was late too at first: that hides no slow service', async () =>
  expect(await timed([300, 300, 2], [152])).toBe(150))
test('it was late eight times, then in time', async () =>
  expect(await timed([2], [400, 400, 400, 400, 400, 400, 400, 400, 7])).toBe(5))
test('it was late nine times', async () =>
  expect(await timed([2], [400, 400, 400, 400, 400, 400, 400, 400, 152, 7])).toBe(150))
test('a machine that was busy for some of the times', async () =>
  expect(await timed([300, 2, 300], [306, 400, 6])).toBe(4))
