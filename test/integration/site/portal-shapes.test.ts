/** The demo site's portal answers in the shapes of the real one, defects included (test/fixtures/portal). */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { load, shapeOf } from './recorded.ts'
import { ask, createSession, listSessions } from './support.ts'

/** Where nginx's HTTPS form puts a path of a service. */
const prefixes: Record<string, (path: string) => string> = {
  auth: (path) => path,
  moonlight: (path) => `/api/moonlight${path}`,
  dashboard: (path) => path,
  cae: (path) => `/cae${path}`,
}

let site: Site
let token = ''
beforeAll(async () => {
  // Prometheus did not run while the services were recorded.
  const faults = ['host-not-ready', 'redis-public', 'prometheus-down'] as const
  site = await startSite({ desktop: 'plain', faults: [...faults] })
  const answer = await ask(site, 'POST', '/auth/test/login', {
    headers: { 'content-type': 'application/json' },
    body: '{"username":"alice","groups":["HPC-Admins"]}',
  })
  token = (answer.json as { token: string }).token
})
afterAll(() => site.dispose())

/** Requests that cannot be repeated through nginx, or are looked at in a test of their own. */
const apart = /redis|^life 1|two jobs run|^health, SSO off|superseded|^GET \/health$|refresh: good/

describe.each(Object.keys(prefixes))('%s', (service) => {
  const recorded = load(service).filter(({ name }) => !apart.test(name))

  test.each(recorded.map((one) => [one.name, one] as const))('%s', async (name, { request, response }) => {
    const bearer = /: good/.test(name) ? { authorization: `Bearer ${token}` } : {}
    // A login of alice here would supersede the token that other cases use.
    const body = name.startsWith('login') ? request.body?.replace('alice', 'anna') : request.body
    const answer = await ask(site, request.method, prefixes[service]!(request.path), {
      headers: { ...request.headers, ...bearer },
      body: body ?? null,
    })
    expect(answer.status).toBe(response.status)
    expect(answer.contentType).toBe(response.contentType)
    if (answer.json === null) expect(answer.text).toBe(response.body)
    else expect(shapeOf(answer.json)).toEqual(shapeOf(JSON.parse(response.body)))
  })
})

test('bodies are written as Flask writes them: sorted keys, ASCII, newline', async () => {
  const recorded = load('auth').find(({ name }) => name === 'info, SSO off')!
  expect((await ask(site, 'GET', '/auth/info')).text).toBe(recorded.response.body)
  const images = load('moonlight').find(({ name }) => name === 'GET /images')!
  expect((await ask(site, 'GET', '/api/moonlight/images')).text).toBe(images.response.body)
})

test('a session’s life has the recorded shapes', async () => {
  const recorded = (name: string): unknown =>
    JSON.parse(load('moonlight').find((one) => one.name === name)!.response.body) as unknown
  const created = await createSession(site, 'walter')
  expect(shapeOf(created)).toEqual(shapeOf(recorded('life 1: create')))
  expect(shapeOf({ sessions: await listSessions(site, 'walter') })).toEqual(shapeOf(recorded('life 1: poll')))
  const stored = recorded('life 1: redis after create') as Record<string, { value: object }>
  const redis = new Redis(`redis://${site.ready.redis}`)
  try {
    const hash = await redis.hgetall(`moonlight:session:${created.session_id}`)
    expect(Object.keys(hash).sort()).toEqual(Object.keys(Object.values(stored)[0]!.value).sort())
  } finally {
    redis.disconnect()
  }
  const jobs = load('dashboard').find(({ name }) => name.startsWith('two jobs run'))!
  const table = await ask(site, 'GET', '/api/slurm/jobs')
  expect(shapeOf(table.json)).toEqual(shapeOf(JSON.parse(jobs.response.body)))
  const deleted = await ask(site, 'DELETE', `/api/moonlight/sessions/${created.session_id}`)
  expect(deleted.json).toEqual(recorded('life 1: delete'))
})

test('a later login makes the earlier token invalid at the auth service', async () => {
  const login = async (groups: string): Promise<string> => {
    const answer = await ask(site, 'POST', '/auth/test/login', {
      headers: { 'content-type': 'application/json' },
      body: `{"username":"sam","groups":["${groups}"]}`,
    })
    return (answer.json as { token: string }).token
  }
  const verify = async (bearer: string): Promise<number> =>
    (await ask(site, 'POST', '/auth/verify', { headers: { authorization: `Bearer ${bearer}` } })).status
  const first = await login('DX-Users')
  expect(await verify(first)).toBe(200)
  const second = await login('HPC-Admins')
  expect([await verify(first), await verify(second)]).toEqual([401, 200])
  await ask(site, 'POST', '/auth/logout', { headers: { authorization: `Bearer ${second}` } })
  expect(await verify(second)).toBe(401)
})

test('what is not routed or not running is nginx’s own HTML', async () => {
  const answer = await ask(site, 'GET', '/nope')
  expect(answer.status).toBe(502)
  expect(answer.text).toContain('<h1>502 Bad Gateway</h1>')
  expect((await ask(site, 'GET', '/moonlight/any/page')).text).toContain('placeholder moonlight')
})
