/** A web server that answers every path with one gateway's error says nothing of a single service. */
import { expect, test } from 'vitest'
import type { PortalSender } from '../../../../src-main/protocols/portal/http.ts'
import { withEveryPath } from '../../../../src-main/protocols/portal/probe.ts'
import { unexpected } from '../../../../src-main/protocols/portal/http.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

const portal = { origin: 'https://portal.example/vizlink/', testLoginGroups: [] }
const down = unexpected('/auth/info', portalAnswer({ path: '/auth/info', status: 502 }))

test.each([
  ['every path', 502, 'every-path'],
  ['every path, with another gateway’s error', 504, 'every-path'],
  ['that service alone', 404, 'service-down'],
  ['that service alone; other paths get the start page', 200, 'service-down'],
])('a gateway’s error for %s', async (_what, status, reason) => {
  const asked: string[] = []
  const http: Pick<PortalSender, 'send'> = {
    send: async (url) => {
      asked.push(url)
      return portalAnswer({ status })
    },
  }
  expect(toFailure(await withEveryPath(http, portal, down))).toMatchObject({ kind: 'portal-error', reason })
  expect(asked).toEqual(['https://portal.example/vizlink/no-such-route/0/'])
})

test('any other failure is not asked about', async () => {
  const other = unexpected('/auth/info', portalAnswer({ path: '/auth/info', status: 500 }))
  const http: Pick<PortalSender, 'send'> = { send: () => Promise.reject(new Error('asked')) }
  expect(await withEveryPath(http, portal, other)).toBe(other)
})
