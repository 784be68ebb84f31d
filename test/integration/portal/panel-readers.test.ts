/** What the panels read from the dashboard, by the recorded answers of the real one; what it makes up is marked. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Dashboard } from '../../../src-main/protocols/portal/dashboard.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { lookAtRoutes, lookAtServices } from '../../../src-main/protocols/portal/routes.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { failureOf } from '../../support/failure-of.ts'
import { readAnswers, replay, startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

const recorded = readAnswers('answers')
let server: StandIn
let http: PortalHttp
/** Name of the recording that is answered. */
let name: string
/** Status where it is none. */
let status: number
beforeAll(async () => {
  http = new PortalHttp(null)
  server = await startStandIn((_asked, response) => {
    const answer = recorded.find((one) => one.name === name)
    if (answer) replay(response, answer)
    else response.writeHead(status).end(name)
  })
})
afterAll(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
})
beforeEach(() => {
  server.asked.length = 0
  status = 200
})

const dashboard = (): Dashboard => new Dashboard(http, `${server.origin}/api`)
const gibibyte = 2 ** 30

test('the tiles: counts are Slurm’s, the percentages are apart', async () => {
  name = 'healthy, idle: /api/metrics/realtime'
  expect(await dashboard().cluster()).toMatchObject({
    invented: false,
    value: {
      totalNodes: 2,
      idleNodes: 2,
      downNodes: 0,
      activeJobs: 0,
      derived: { cpu: 0, memory: 0, gpu: 0 },
    },
  })
  name = 'mock mode: /api/metrics/realtime'
  expect((await dashboard().cluster()).invented).toBe(true)
  name = 'slurmctld stopped: /api/metrics/realtime'
  expect((await failureOf(dashboard().cluster())).kind).toBe('portal-error')
})

test('disks; the one that is always as full is marked', async () => {
  name = 'healthy, idle: /api/storage/usage'
  const { value, invented } = await dashboard().disks()
  expect(invented).toBe(false)
  expect(value[0]).toEqual({ name: '/home', usedBytes: gibibyte, totalBytes: 3 * gibibyte, usedPercent: 1 })
  expect(value.map((disk) => disk.name)).toEqual(['/home', '/scratch', '/data'])
  name = 'mock mode: /api/storage/usage'
  expect((await dashboard().disks()).invented).toBe(true)
  name = JSON.stringify({
    mode: 'production',
    storages: [{ path: '/home', name: 'Home', used_gb: 850, total_gb: 1000, usage_percent: 85 }],
  })
  expect((await dashboard().disks()).invented).toBe(true)
})

test('what walks whole trees', async () => {
  name = 'healthy, idle: /api/storage/data/stats'
  expect(await dashboard().dataDisk()).toMatchObject({
    invented: false,
    value: {
      name: '/data',
      usedBytes: 12 * 2 ** 20,
      totalBytes: 3 * gibibyte,
      usedPercent: 0.4,
      files: 2,
      folders: 0,
    },
  })
  name = 'healthy, idle: /api/storage/scratch/nodes'
  const scratch = await dashboard().scratch()
  expect(scratch.value.nodes).toEqual([
    {
      name: 'viz-node001',
      usedBytes: expect.any(Number) as number,
      totalBytes: 3221225472,
      usedPercent: 0.4,
    },
  ])
  name = 'slurmctld stopped: /api/storage/scratch/nodes'
  expect((await dashboard().scratch()).value).toEqual({ nodes: [], totalNodes: null, activeNodes: 0 })
})

test.each<[string, (one: Dashboard) => Promise<{ invented: boolean }>, object]>([
  ['data disk', (one) => one.dataDisk(), { data: { totalCapacity: '3.0 GB', usedSpace: '1.0 GB' } }],
  ['scratch', (one) => one.scratch(), { data: [] }],
  ['Prometheus', (one) => one.prometheus(), { status: 'healthy' }],
])('%s: measured only where the portal says production', async (_what, ask, body) => {
  const answers = ['production', 'mock', 'demo', undefined].map((mode) => JSON.stringify({ ...body, mode }))
  const seen: boolean[] = []
  for (const answer of answers) {
    name = answer
    seen.push((await ask(dashboard())).invented)
  }
  expect(seen).toEqual([false, true, true, true])
})

test('one node: reason and GPUs', async () => {
  name = 'healthy, idle: /api/nodes/viz-node001'
  expect(await dashboard().node('viz-node001')).toMatchObject({
    invented: false,
    value: { reason: null, gpus: 'gpu:a40:1' },
  })
  name = 'viz-node002 drained with a reason: /api/nodes/viz-node002'
  const drained = await dashboard().node('viz-node002')
  // The portal splits Slurm's line at blanks: of a longer reason there is only the first word.
  expect(drained.value.reason).toMatch(/^\S+$/)
  name = 'mock mode: /api/nodes/viz-node001'
  expect(await dashboard().node('../admin')).toMatchObject({ invented: true, value: { reason: null } })
  expect(server.asked.at(-1)?.path).toBe('/api/nodes/..%2Fadmin')
})

test('notifications; those of a new database are examples', async () => {
  name = 'healthy: /api/notifications'
  const { value } = await dashboard().notifications()
  expect(
    value
      .filter(({ example }) => example)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(
    ['notif-001', 'notif-002', 'notif-003', 'notif-004', 'notif-005'].filter((id) =>
      value.some((one) => one.id === id),
    ),
  )
  expect(value[0]).toEqual({
    id: 'notif-1795439007239',
    type: 'info',
    title: 'hello',
    message: 'from 5010',
    when: '2026-11-23 13:03:27',
    read: false,
    example: false,
  })
  name = JSON.stringify({ notifications: [null, 5, { title: 'a', message: 'b', id: 7 }, { id: 'x' }] })
  expect((await dashboard().notifications()).value.map(({ id, title }) => [id, title])).toEqual([['7', 'a']])
})

test('the dashboard’s word for what it does not test is marked', async () => {
  name = 'healthy, idle: /api/health/status'
  const { value } = await dashboard().health()
  expect(value.filter(({ constant }) => constant).map((one) => one.name)).toEqual(['websocket'])
})

/** States of services and routes as the panels show them. */
async function look(): Promise<{ services: string[]; routes: Record<string, string> }> {
  const portal = siteProfileSchema.shape.portal.unwrap().parse({ origin: server.origin })
  const services = await lookAtServices(http, portal)
  const routes = await lookAtRoutes(http, portal)
  return {
    services: services.map(({ status }) => status),
    routes: Object.fromEntries(routes.map(({ path, state }) => [path, state])),
  }
}
const nowhere = {
  '/dashboard': 'absent',
  '/vnc': 'absent',
  '/cae': 'absent',
  '/app': 'absent',
  '/moonlight': 'absent',
  '/socket.io': 'absent',
  '/vncproxy': 'absent',
}

/** Whatever is asked, a web server may answer with its start page, some JSON, or an error. */
test.each<[string, number]>([
  ['<html>hello</html>', 200],
  ['<!doctype html><title>Start</title>', 200],
  ['{"status":"ok"}', 200],
  ['{"detail":"Not Found"}', 404],
  ['Bad Request', 400],
  ['<html><center>nginx</center></html>', 400],
])(
  'a portal that answers %s (%i) everywhere has no route: none is called fine, nothing is thrown',
  async (body, code) => {
    name = body
    status = code
    expect(await look()).toEqual({ services: Array<string>(6).fill('unknown'), routes: nowhere })
    for (const { method, headers } of server.asked) {
      expect(method).toBe('GET')
      expect(headers.upgrade).toBeUndefined()
    }
  },
)
