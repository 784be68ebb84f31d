/** How long a sign-in lives, against a stand-in portal with a clock of its own: the portal's clock counts, not ours. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { TokenLife } from '../../../src-main/services/auth/token-life.ts'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startStandIn, type Asked, type StandIn } from '../../support/stand-in-portal.ts'

const hour = 3_600_000
const lifetime = 8 * hour

let portal: StandIn
let http: PortalHttp
/** The portal's clock, Unix ms. */
let serverTime: number
/** How far this computer's clock is off. */
let skew: number
let current: string
let serial: number
/** Answers in the place of the next ones. */
let broken: Record<string, number>
let lost: Failure[]

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function issue(): string {
  const iat = Math.floor(serverTime / 1000)
  current = `${encode({ alg: 'HS256' })}.${encode({ sub: 'alice', iat, exp: iat + lifetime / 1000 })}.mark${serial++}`
  return current
}
const claimsOf = (token: string): { exp: number } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number }
const tokenOf = ({ headers }: Asked): string => (headers.authorization ?? '').replace('Bearer ', '')

beforeEach(async () => {
  serverTime = Date.UTC(2026, 5, 1, 12)
  skew = 0
  serial = 0
  broken = {}
  lost = []
  portal = await startStandIn((asked, response) => {
    response.setHeader('date', new Date(serverTime).toUTCString())
    response.setHeader('content-type', 'application/json')
    const failing = broken[asked.path]
    if (failing !== undefined) return void response.writeHead(failing).end('{"error":"broken"}')
    const token = tokenOf(asked)
    const good = token === current && claimsOf(token).exp * 1000 > serverTime
    if (asked.path === '/auth/logout') return void response.end('{}')
    if (!good) return void response.writeHead(401).end('{"error":"Invalid or expired token"}')
    if (asked.path === '/auth/refresh') return void response.end(JSON.stringify({ token: issue() }))
    response.end(JSON.stringify({ valid: true, user: { sub: 'alice', exp: claimsOf(token).exp } }))
  })
  http = new PortalHttp(null)
})
afterEach(async () => {
  await http.close()
  await portal[Symbol.asyncDispose]()
})

const localTime = (): number => serverTime + skew

async function begin(): Promise<TokenLife> {
  const auth = new AuthPortal(http, `${portal.origin}/auth`, localTime)
  const first = await auth.verify(issue())
  portal.asked.length = 0
  return new TokenLife(auth, first, { now: localTime }, (failure) => lost.push(failure))
}
const count = (path: string): number => portal.asked.filter((asked) => asked.path === path).length

test.each([
  ['right', 0],
  ['eleven hours fast', 11 * hour],
  ['eleven hours slow', -11 * hour],
  ['years wrong', -40_000 * hour],
])('renewed at half life with a clock that is %s', async (_what, off) => {
  skew = off
  const life = await begin()
  const first = await life.token()
  serverTime += lifetime / 2 - 60_000
  expect(await life.token()).toBe(first)
  expect(count('/auth/refresh')).toBe(0)
  serverTime += 120_000
  const second = await life.token()
  expect(second).not.toBe(first)
  expect(second).toBe(current)
  // The old one is forgotten, and the new one has its own half.
  serverTime += lifetime / 2 - 60_000
  expect(await life.token()).toBe(second)
  expect(count('/auth/refresh')).toBe(1)
  expect(JSON.stringify(life)).not.toContain(first)
  serverTime += 120_000
  await life.keepAlive()
  expect(count('/auth/refresh')).toBe(2)
  expect(lost).toEqual([])
})

test('many who ask at once share one refresh', async () => {
  const life = await begin()
  serverTime += lifetime / 2 + 60_000
  const tokens = await Promise.all(Array.from({ length: 20 }, () => life.token()))
  expect(new Set(tokens)).toEqual(new Set([current]))
  expect(count('/auth/refresh')).toBe(1)
})

test.each([
  ['superseded by another sign-in', () => issue(), 'login-superseded'],
  ['expired while it was not used', () => (serverTime += lifetime), 'token-expired'],
] as const)('%s', async (_what, happen, kind) => {
  for (const off of [0, 30 * hour, -30 * hour]) {
    skew = off
    lost = []
    const life = await begin()
    serverTime += lifetime / 2 + 60_000
    happen()
    expect((await failureOf(life.token())).kind).toBe(kind)
    expect((await failureOf(life.token())).kind).toBe(kind)
    expect(lost.map((failure) => failure.kind)).toEqual([kind])
    // Nothing is left that could be revoked: it would be the other one's sign-in.
    await life.end({ revoke: true })
    expect(count('/auth/logout')).toBe(0)
  }
})

test('a look at the portal distinguishes both before half life, too', async () => {
  const life = await begin()
  await life.check()
  issue()
  expect((await failureOf(life.check())).kind).toBe('login-superseded')
})

test('a portal that is away for a while: the token stays, and it is tried again', async () => {
  const life = await begin()
  const first = await life.token()
  broken = { '/auth/refresh': 502 }
  serverTime += lifetime / 2 + 60_000
  expect(await life.token()).toBe(first)
  expect(await life.token()).toBe(first)
  expect(count('/auth/refresh')).toBe(1)
  broken = {}
  serverTime += lifetime / 4
  expect(await life.token()).toBe(current)
  expect(lost).toEqual([])
})

test('renewed, but not answered about: the new token is kept', async () => {
  const life = await begin()
  broken = { '/auth/verify': 502 }
  serverTime += lifetime / 2 + 60_000
  expect(await life.token()).toBe(current)
  broken = {}
  serverTime += lifetime / 2
  expect(await life.token()).toBe(current)
  expect(lost).toEqual([])
})

test('the end waits for a refresh, and revokes what it brought', async () => {
  const life = await begin()
  serverTime += lifetime / 2 + 60_000
  const renewing = life.keepAlive()
  await life.end({ revoke: true })
  await renewing
  expect(tokenOf(portal.asked.find(({ path }) => path === '/auth/logout')!)).toBe(current)
  await expect(life.token()).rejects.toThrow('ended')
})
