/** Recorded answers, changed at random: an answer in the contract's terms or a failure, never anything else. */
import { assert, asyncProperty, integer, nat, tuple } from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { Dashboard } from '../../../src-main/protocols/portal/dashboard.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { moonlightImages } from '../../../src-main/protocols/portal/images.ts'
import { imageListSchema } from '../../../src-main/shared/model/image.ts'
import { MoonlightApi } from '../../../src-main/protocols/portal/moonlight.ts'
import { toSession } from '../../../src-main/services/sessions/portal-source.ts'
import { toFailure } from '../../../src-main/shared/errors.ts'
import { failureSchema } from '../../../src-main/shared/model/failure.ts'
import { sessionSchema } from '../../../src-main/shared/model/desktop.ts'
import { statusParts, statusSnapshotSchema } from '../../../src-main/shared/model/status.ts'
import { other, places, statuses } from '../../support/mutations.ts'
import { readAnswers, startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"alice"}').toString('base64url')}.c2lnbmF0dXJl`
const answers = readAnswers('answers')
const bodyOf = (name: string): string => answers.find((answer) => answer.name === name)?.body ?? ''

let http: PortalHttp
let server: StandIn
let reply: { status: number; body: string | Buffer }

beforeAll(async () => {
  http = new PortalHttp(null)
  server = await startStandIn((_asked, response) => void response.writeHead(reply.status).end(reply.body))
})
afterAll(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
})

/** @param schema what the answer must satisfy where there is one */
async function holds(names: string[], ask: () => Promise<unknown>, good: (value: unknown) => void) {
  const bodies = names.map((name) => JSON.parse(bodyOf(name).replace('TOKEN', token)) as unknown)
  const seen = { answers: 0, failures: 0 }
  await assert(
    asyncProperty(
      nat(),
      tuple(nat(), other),
      statuses,
      integer({ min: 0, max: 3 }),
      async (which, [at, value], status, how) => {
        const body = bodies[which % bodies.length]
        const spots = places(body, (changed) => changed)
        let text = JSON.stringify(spots[at % spots.length]?.(value)) ?? ''
        // Sometimes the text itself is broken.
        if (how === 0) text = text.slice(0, at % (text.length + 1))
        reply = { status, body: how === 1 ? Buffer.from(text, 'utf16le') : text }
        try {
          good(await ask())
          seen.answers++
        } catch (error) {
          const failure = toFailure(error)
          expect(failure.kind, JSON.stringify(failure)).not.toBe('internal')
          failureSchema.parse(failure)
          expect(JSON.stringify(failure)).not.toContain(token)
          seen.failures++
        }
      },
    ),
    { numRuns: 400 },
  )
  // Both happened, else the test would prove nothing.
  expect(Math.min(seen.answers, seen.failures)).toBeGreaterThan(0)
}

/** Through JSON and back, as it goes to the page. */
const passed = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('sessions', () =>
  holds(
    ['life 1: list when the desktop and Sunshine run', 'ghost records: list', 'in memory: list 1'],
    () => new MoonlightApi(http, server.origin, 'alice').sessions(),
    (value) => {
      for (const session of value as Awaited<ReturnType<MoonlightApi['sessions']>>) {
        expect(session.id).toMatch(/^ml-alice-\d+$/)
        expect(session.jobId).toMatch(/^\d+$/)
        // 0: the portal names none.
        if (session.port !== 0) expect(session.port).toBeGreaterThan(1000)
        expect(session.port + 21).toBeLessThan(65_536)
        sessionSchema.parse(passed(toSession(session, 3600)))
      }
    },
  ))

test('create', () =>
  holds(
    ['life 1: create'],
    async () => {
      reply.status = reply.status === 200 ? 201 : reply.status
      return new MoonlightApi(http, server.origin, 'alice').create('desktop')
    },
    (value) => {
      const session = value as Awaited<ReturnType<MoonlightApi['create']>>
      expect(session.id).toMatch(/^ml-alice-\d+$/)
      sessionSchema.parse(passed(toSession(session, 3600)))
    },
  ))

test('images', () =>
  holds(
    ['GET /images'],
    () => moonlightImages(http, server.origin),
    (value) => imageListSchema.shape.images.nullable().parse(value),
  ))

const nothing = { value: null, source: 's', at: null, problem: null, invented: false }
test.each([
  ['reported', 'healthy, idle: /api/health/status', (dashboard: Dashboard) => dashboard.health()],
  ['nodes', 'healthy, idle: /api/nodes', (dashboard: Dashboard) => dashboard.nodes()],
  ['jobs', 'two jobs run, one waits: /api/slurm/jobs', (dashboard: Dashboard) => dashboard.jobs()],
  ['cluster', 'healthy, idle: /api/metrics/realtime', (dashboard: Dashboard) => dashboard.cluster()],
  ['disks', 'healthy, idle: /api/storage/usage', (dashboard: Dashboard) => dashboard.disks()],
  ['dataDisk', 'healthy, idle: /api/storage/data/stats', (dashboard: Dashboard) => dashboard.dataDisk()],
  ['scratch', 'healthy, idle: /api/storage/scratch/nodes', (dashboard: Dashboard) => dashboard.scratch()],
  ['notifications', 'healthy: /api/notifications', (dashboard: Dashboard) => dashboard.notifications()],
] as const)('%s', (part, name, ask) =>
  holds(
    [name],
    () => ask(new Dashboard(http, server.origin)),
    (value) => {
      const empty = {
        siteId: 's',
        hasPortal: true,
        ...Object.fromEntries(statusParts.map((one) => [one, nothing])),
      }
      statusSnapshotSchema.parse(passed({ ...empty, [part]: { ...nothing, ...(value as object) } }))
    },
  ),
)

test('sign-in', () =>
  holds(
    ['login: HPC-Admins', 'verify: good', 'refresh: good', 'info, SSO off'],
    async () => {
      const auth = new AuthPortal(http, server.origin)
      return reply.body.includes('valid') ? auth.verify(token) : auth.info()
    },
    (value) => {
      const signedIn = value as { expiresAt?: number }
      if (signedIn.expiresAt !== undefined) expect(new Date(signedIn.expiresAt).toISOString()).toBeTruthy()
    },
  ))

test.each([
  ['login', 'login: HPC-Admins', (auth: AuthPortal) => auth.testLogin('alice', [])],
  ['refresh', 'refresh: good', (auth: AuthPortal) => auth.refresh(token)],
] as const)('%s never shows its token', async (_what, name, ask) => {
  const body = JSON.parse(bodyOf(name).replace('TOKEN', token)) as unknown
  const spots = places(body, (changed) => changed)
  await assert(
    asyncProperty(nat(), other, statuses, async (at, value, status) => {
      // The same body answers the verification too, which it does not satisfy: this always fails.
      reply = { status, body: JSON.stringify(spots[at % spots.length]?.(value)) ?? '' }
      const failure = await ask(new AuthPortal(http, server.origin)).then(() => null, toFailure)
      expect(failure?.kind).not.toBe('internal')
      expect(JSON.stringify(failureSchema.parse(failure))).not.toContain(token)
    }),
    { numRuns: 200 },
  )
})
