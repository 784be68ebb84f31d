/** Each way in which nginx routes the portal's services leads to the right base, or is said to be none. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { authBase, probeDashboard, probeMoonlight } from '../../../src-main/protocols/portal/probe.ts'
import { siteProfileSchema, type PortalProfile } from '../../../src-main/shared/model/site-profile.ts'
import { english } from '../../support/english.ts'
import { failureOf } from '../../support/failure-of.ts'
import {
  readAnswers,
  replay,
  startStandIn,
  type RecordedAnswer,
  type StandIn,
} from '../../support/stand-in-portal.ts'

const recordings = readAnswers('nginx')
const images = readAnswers('answers').find(({ name }) => name === 'GET /images') as RecordedAnswer

let http: PortalHttp
let server: StandIn
/** Which form is up, and which service behind it is down (as the recording calls it). */
let form: string
let trouble: string

beforeEach(async () => {
  http = new PortalHttp(null)
  trouble = 'none'
  server = await startStandIn(({ path }, response) => {
    const of = (name: string): RecordedAnswer | undefined =>
      recordings.find((one) => one.form === form && one.path === path && one.name.startsWith(name))
    const answer = of(trouble) ?? of('probe') ?? of('port 80')
    if (!answer) return void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>')
    // Only the beginning of the images was recorded through nginx; the service's own answer is the same.
    replay(response, answer.cut && answer.status === 200 ? images : answer)
  })
})
afterEach(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
})

const portal = (more: Partial<PortalProfile> = {}): PortalProfile =>
  siteProfileSchema.parse({
    version: 1,
    id: 'x',
    name: 'x',
    portal: { origin: server.origin, ...more },
    ssh: { loginHost: { address: 'login.example' }, nodes: {} },
  }).portal!

const found = async (): Promise<(string | null)[]> => {
  const bases = [await probeMoonlight(http, portal()), await probeDashboard(http, portal())]
  return bases.map((base) => base?.slice(server.origin.length) ?? null)
}

test.each<[string, string, string | null, string | null]>([
  ['NG-A', 'none', null, '/api/api'],
  ['NG-B', 'none', '/api/moonlight', '/api'],
  // Its health is routed, its API is not.
  ['NG-C', 'none', null, '/api'],
  // A page answers 200 where the dashboard of another form would be.
  ['NG-D', 'none', null, '/api'],
  ['NG-B port 80', 'none', null, null],
  // Routed, but not running or not answering: the base is known all the same.
  ['NG-B', 'ml stopped', '/api/moonlight', '/api'],
  ['NG-B', 'backend hangs', '/api/moonlight', '/api'],
  ['NG-B', 'dash stopped', '/api/moonlight', '/dashboardapi'],
  ['NG-A', 'ml stopped', null, '/api/api'],
  ['NG-D', 'ml stopped', null, '/api'],
  ['NG-D', 'dash stopped', null, '/api'],
])('%s, %s', async (which, what, moonlight, dashboard) => {
  form = which
  trouble = what
  expect(await found()).toEqual([moonlight, dashboard])
  for (const { headers } of server.asked) {
    expect(headers.authorization).toBeUndefined()
    expect(headers['x-username']).toBeUndefined()
  }
})

test('F8: a web server that fails for every path has no route to a service for that', async () => {
  const failing = await startStandIn(
    (_asked, response) =>
      void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway'),
  )
  try {
    const { origin } = failing
    expect(await probeMoonlight(http, portal({ origin }))).toBeNull()
    expect(await probeDashboard(http, portal({ origin }))).toBeNull()
  } finally {
    await failing[Symbol.asyncDispose]()
  }
})

test('what the profile names is not asked for', async () => {
  const named = portal({
    authUrl: 'http://auth.example:4430/auth/',
    moonlightUrl: 'http://127.0.0.1:8004/',
    dashboardUrl: 'http://127.0.0.1:5010/api//',
  })
  expect(authBase(named)).toBe('http://auth.example:4430/auth')
  expect(await probeMoonlight(http, named)).toBe('http://127.0.0.1:8004')
  expect(await probeDashboard(http, named)).toBe('http://127.0.0.1:5010/api')
  expect(server.asked).toEqual([])
})

test('a slash after the origin does not matter', async () => {
  form = 'NG-B'
  const slashed = portal({ origin: `${server.origin}/` })
  expect(authBase(slashed)).toBe(`${server.origin}/auth`)
  expect(await probeMoonlight(http, slashed)).toBe(`${server.origin}/api/moonlight`)
})

test('no portal at all is no missing route', async () => {
  const gone = await startStandIn(() => undefined)
  await gone[Symbol.asyncDispose]()
  const nowhere = portal({ origin: gone.origin })
  expect((await failureOf(probeMoonlight(http, nowhere))).kind).toBe('portal-unreachable')
  expect((await failureOf(probeDashboard(http, nowhere))).kind).toBe('portal-unreachable')
})

test.each<[string, string, RegExp]>([
  ['NG-A', 'auth stopped', /not running/],
  ['NG-B', 'auth stopped', /not running/],
  ['NG-D', 'auth stopped', /not running/],
  ['NG-D', 'rate limit', /too much to do/],
  ['NG-B plain', 'plain HTTP', /answered with an error/],
  ['NG-B port 80', 'none', /somewhere else/],
])('sign-in through %s, %s', async (which, what, message) => {
  form = which
  trouble = what
  const failure = await failureOf(new AuthPortal(http, authBase(portal())).info())
  expect(failure.kind).toBe('portal-error')
  expect(english(failure).message).toMatch(message)
  // The page that answered is there to be looked at.
  expect(failure.evidence.find(({ label }) => label === 'answer')?.value).toContain('<html>')
  if (which === 'NG-B port 80') expect(failure.evidence.at(-1)?.value).toMatch(/^https:\/\/.*\/auth\/info$/)
})

test.each(['NG-A', 'NG-B', 'NG-D'])('sign-in through %s', async (which) => {
  form = which
  expect(await new AuthPortal(http, authBase(portal())).info()).toMatchObject({ sso_type: 'mock' })
})
