/** A token is renewed before it expires, also while it is not used. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AuthService } from '../../../../src-main/services/auth/auth-service.ts'
import type { PortalAnswer, PortalRequest } from '../../../../src-main/protocols/portal/http.ts'
import type { Failure } from '../../../../src-main/shared/errors.ts'
import { portsTo } from './auth-ports.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const token = (number: number, expiresAt: number): string =>
  `${number}.${Buffer.from(JSON.stringify({ exp: Math.floor(expiresAt / 1000) })).toString('base64url')}.xxxx`

/** A portal whose tokens are good for `seconds`; when it renewed one, in seconds since the beginning. */
function portal(seconds: number) {
  const began = Date.now()
  const renewed: number[] = []
  const state: { refuses: false | 'portal' | 'front' } = { refuses: false }
  let count = 0
  let expires = began + seconds * 1000
  const answer = (status: number, json: unknown): PortalAnswer => ({
    ...{ path: '/', status, json, text: '', location: null, serverTime: Date.now(), ms: 1 },
  })
  const send = async (url: string, _options?: PortalRequest): Promise<PortalAnswer> => {
    if (url.endsWith('/info')) return answer(200, { sso_enabled: true, sso_type: 'oidc', login_url: '/' })
    if (state.refuses) return answer(401, state.refuses === 'portal' ? { error: 'no' } : null)
    if (url.endsWith('/verify'))
      return answer(200, { valid: true, user: { sub: 'ada', exp: Math.floor(expires / 1000) } })
    if (!url.endsWith('/refresh')) return answer(200, null)
    renewed.push((Date.now() - began) / 1000)
    expires = Date.now() + seconds * 1000
    return answer(200, { token: token(++count, expires) })
  }
  const ports = { ...portsTo('https://portal.example', send), token: token(0, expires) }
  return { auth: new AuthService(ports), renewed, state }
}
const request = { user: null, interaction: null, signal: new AbortController().signal }

test('half a minute after its half time at the latest', async () => {
  const { auth, renewed } = portal(240)
  await auth.signIn(request)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(renewed[0]).toBeGreaterThanOrEqual(120)
  expect(renewed[0]).toBeLessThanOrEqual(151)
  expect(renewed.length).toBeGreaterThanOrEqual(3)
  await auth.dispose()
})

test('a short one after half a minute, not at every look', async () => {
  const { auth, renewed } = portal(50)
  await auth.signIn(request)
  await vi.advanceTimersByTimeAsync(29_000)
  await auth.keepAlive()
  expect(renewed).toEqual([])
  await vi.advanceTimersByTimeAsync(1500)
  await auth.keepAlive()
  expect(renewed.length).toBe(1)
  await auth.dispose()
})

test('one that the portal does not take any more is reported to its users', async () => {
  const { auth, state } = portal(240)
  const lease = await auth.signIn(request)
  const lost: Failure[] = []
  lease.onLost((failure) => void lost.push(failure))
  state.refuses = 'portal'
  await vi.advanceTimersByTimeAsync(200_000)
  expect(lost.map(({ kind }) => kind)).toEqual(['login-superseded'])
  await auth.dispose()
})

test('a web server in front of the portal that asks for a password ends no sign-in', async () => {
  const { auth, renewed, state } = portal(240)
  const lease = await auth.signIn(request)
  const lost: Failure[] = []
  lease.onLost((failure) => void lost.push(failure))
  state.refuses = 'front'
  await vi.advanceTimersByTimeAsync(160_000)
  state.refuses = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect([lost.length, renewed.length > 0]).toEqual([0, true])
  await auth.dispose()
})

test.each([
  ['put back by nine hours: it is renewed all the same', -9],
  ['put on by nine hours: it is renewed at once, and then as ever', 9],
])('a computer’s clock is %s', async (_what, hours) => {
  const { auth, renewed } = portal(240)
  await auth.signIn(request)
  await vi.advanceTimersByTimeAsync(60_000)
  vi.setSystemTime(Date.now() + hours * 3_600_000)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(renewed.length).toBeGreaterThanOrEqual(3)
  expect(renewed.length).toBeLessThanOrEqual(7)
  await auth.dispose()
})
