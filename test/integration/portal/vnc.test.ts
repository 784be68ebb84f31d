/** The dashboard's VNC API against recorded answers of the real service, and against answers that are changed at random. */
import { readFileSync } from 'node:fs'
import { anything, assert, asyncProperty, constantFrom, nat, oneof } from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { VncApi } from '../../../src-main/protocols/portal/vnc.ts'
import { toFailure } from '../../../src-main/shared/errors.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

interface Recorded {
  name: string
  response: { status: number; contentType: string; body: string }
}
const answers = JSON.parse(
  readFileSync(new URL('../../fixtures/portal/vnc.json', import.meta.url), 'utf8'),
) as Recorded[]
function recorded(name: string): Recorded['response'] {
  const found = answers.find((answer) => answer.name === name)
  if (!found) throw new Error(`no recording: ${name}`)
  return found.response
}

let http: PortalHttp
let server: StandIn
let reply: { status: number; body: string; contentType?: string }
beforeAll(async () => {
  http = new PortalHttp(null)
  server = await startStandIn((_asked, response) => {
    response.writeHead(reply.status, { 'content-type': reply.contentType ?? 'application/json' })
    response.end(reply.body)
  })
})
afterAll(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
})
beforeEach(() => void server.asked.splice(0))

const api = (): VncApi => new VncApi(http, `${server.origin}/api`, () => Promise.resolve('secret-token'))
const wanted = { width: 1920, height: 1080, imageId: null, hours: null }

test('a running session, with its times in UTC', async () => {
  reply = recorded('vnc list: running')
  expect(await api().sessions()).toEqual([
    {
      id: 'vnc-alice-1795438933',
      jobId: '24',
      owner: 'alice',
      status: 'running',
      port: 5967,
      imageId: 'xfce4',
      createdAt: Date.UTC(2026, 10, 23, 13, 2, 13, 122),
      endsAt: Date.UTC(2026, 10, 23, 15, 2, 13, 122),
    },
  ])
  expect(server.asked[0]).toMatchObject({ method: 'GET', path: '/api/vnc/sessions' })
  expect(server.asked[0]?.headers.authorization).toBe('Bearer secret-token')
})

test('no sessions, also where Redis is away', async () => {
  reply = recorded('vnc list: other user')
  expect(await api().sessions()).toEqual([])
})

test('a new session', async () => {
  reply = recorded('vnc create: good')
  const session = await api().create(wanted)
  expect(session).toMatchObject({ id: 'vnc-alice-1795438933', jobId: '24', status: 'pending', port: 5967 })
  expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({ geometry: '1920x1080' })
  await api().create({ ...wanted, imageId: 'gnome', hours: 8 })
  expect(JSON.parse(server.asked[1]?.body ?? '')).toEqual({
    ...{ geometry: '1920x1080', image_id: 'gnome', duration_hours: 8 },
  })
})

test.each([
  ['vnc create: DX-Users', 'forbidden', false],
  ['vnc create: no token', 'token-expired', true],
  ['vnc create: image not on the node', 'image-missing', true],
  ['vnc create: slurmctld stopped', 'submit-failed', true],
  ['vnc create: unknown image', 'portal-error', true],
  ['vnc create: duration is text', 'portal-error', true],
])('%s', async (name, kind, retryable) => {
  reply = recorded(name)
  const failure = await failureOf(api().create(wanted))
  expect(failure).toMatchObject({ kind, retryable })
  expect(JSON.stringify(failure)).not.toContain('secret-token')
  expect(failure.evidence.length).toBeGreaterThan(0)
})

test('no user is signed in: no token is sent, and a portal that wants one is reported as such', async () => {
  const unsigned = new VncApi(http, `${server.origin}/api`, () => Promise.resolve(null))
  reply = recorded('vnc list: other user')
  expect(await unsigned.sessions()).toEqual([])
  expect(server.asked[0]?.headers.authorization).toBeUndefined()
  reply = recorded('vnc create: no token')
  expect((await failureOf(unsigned.sessions())).kind).toBe('needs-answer')
})

test('ending a session, also one that is gone; another user’s is refused', async () => {
  reply = recorded('vnc delete')
  await api().remove('vnc-bob-1795438957')
  expect(server.asked[0]).toMatchObject({ method: 'DELETE', path: '/api/vnc/sessions/vnc-bob-1795438957' })
  reply = recorded('vnc delete: again')
  await api().remove('vnc-bob-1795438957')
  reply = recorded('vnc delete: other user')
  expect((await failureOf(api().remove('vnc-bob-1795438957'))).kind).toBe('forbidden')
})

test.each(['', 'vnc-alice', '../moonlight', 'vnc-a/b-1', 'vnc-alice-1?x=1', 'ml-alice-1'])(
  'the id %j reaches no address',
  async (id) => {
    expect((await failureOf(api().remove(id))).kind).toBe('bad-request')
    expect(server.asked).toEqual([])
  },
)

const running = JSON.parse(recorded('vnc list: running').body) as { sessions: Record<string, unknown>[] }
const item = running.sessions[0] ?? {}

test('broken records are left out, odd figures of good ones become unknown', async () => {
  const odd = [
    { ...item, vnc_port: 0 },
    { ...item, vnc_port: '5967 or so' },
    { ...item, job_id: '24; id' },
    { ...item, session_id: '../../x' },
    null,
    7,
    { ...item, created_at: 'yesterday', duration_hours: 'two', username: 7, image_name: null, status: null },
    { ...item, job_id: '24', duration_hours: 1e9 },
  ]
  reply = { status: 200, body: JSON.stringify({ sessions: odd }) }
  const unknown = { id: 'vnc-alice-1795438933', jobId: '24', port: 5967, endsAt: null }
  expect(await api().sessions()).toMatchObject([
    { ...unknown, createdAt: null, owner: '7', imageId: 'xfce4', status: 'unknown' },
    { ...unknown, owner: 'alice', status: 'running' },
  ])
})

test('whatever comes is a list in the contract’s terms or a failure', async () => {
  const other = oneof(
    constantFrom<unknown>(
      undefined,
      null,
      true,
      -1,
      1.5,
      1e308,
      '',
      '0',
      '9'.repeat(400),
      [],
      {},
      '__proto__',
    ),
    anything({ withNullPrototype: false }),
  )
  await assert(
    asyncProperty(constantFrom(...Object.keys(item)), other, nat(), async (name, value, cut) => {
      const body = JSON.stringify({ sessions: [{ ...item, [name]: value }] })
      reply = { status: 200, body: cut % 5 === 0 ? body.slice(0, cut % body.length) : body }
      const seen = await api()
        .sessions()
        .catch((error: unknown) => toFailure(error))
      if (!Array.isArray(seen)) expect(seen.kind).toBe('portal-error')
      else
        for (const session of seen) {
          expect(session.id).toMatch(/^vnc-[\w.@-]+-\d+$/)
          expect(session.jobId).toMatch(/^\d{1,12}$/)
          expect(session.port).toBeLessThan(65_536)
          for (const time of [session.createdAt, session.endsAt])
            if (time !== null) expect(Number.isFinite(new Date(time).getTime())).toBe(true)
        }
    }),
    { numRuns: 200 },
  )
})

const listed = { id: 'xfce4', name: 'XFCE4 Desktop', description: 'Light', default: true, available: true }

test('the images of VNC desktops; a portal without a list of them has none', async () => {
  const odd = [
    listed,
    listed,
    { ...listed, id: '' },
    { ...listed, available: 'yes' },
    null,
    { id: 'gnome', icon: 1 },
  ]
  reply = { status: 200, body: JSON.stringify({ images: odd }) }
  expect(await api().images()).toEqual([
    listed,
    { id: 'gnome', name: 'gnome', description: '', default: false, available: true },
  ])
  expect(server.asked[0]).toMatchObject({ method: 'GET', path: '/api/vnc/images' })
  expect(server.asked[0]?.headers.authorization).toBe('Bearer secret-token')
  reply = { status: 404, body: '<!doctype html>', contentType: 'text/html' }
  expect(await api().images()).toBeNull()
  reply = recorded('vnc create: no token')
  expect((await failureOf(api().images())).kind).toBe('token-expired')
})
