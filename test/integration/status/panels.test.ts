/** The panels' data beside a picture, on the whole demo site: every source named, faults of one source do not touch another. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  statusSnapshotSchema,
  type StatusPart,
  type StatusSnapshot,
} from '../../../src-main/shared/model/status.ts'
import type { SiteCheckSnapshot } from '../../../src-main/shared/model/site-check.ts'
import { linkSockets } from '../../support/link-sockets.ts'
import { loginsAt } from '../../support/logins.ts'
import type { TestDesktop } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'
import { said } from '../../support/texts.ts'

let here: TestSite
let connection: TestDesktop
let seen: StatusSnapshot[] = []
const page = { id: 'page', trusted: true }

async function call(name: string, input: object): Promise<unknown> {
  const reply = await here.client.app.call(page, name, input)
  if (!reply.ok) throw new Error(reply.failure.kind)
  return reply.value
}
const watch = (on: boolean): Promise<unknown> => call('status.watch', { siteId: 'demo', on })

/** No page watches for a moment: all sources start again. */
async function watchAgain(): Promise<void> {
  await watch(false)
  seen = []
  await watch(true)
}
/** What the message service sends to everybody, as anybody can send it. */
async function push(channel: string, message: object): Promise<void> {
  const response = await fetch(`http://${here.site.ready.services.webSocket}/broadcast`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channel, message }),
  })
  expect(response.ok).toBe(true)
}

/** The newest snapshot in which a part fits. */
function until<P extends StatusPart>(
  part: P,
  fits: (value: StatusSnapshot[P]) => boolean,
): Promise<StatusSnapshot[P]> {
  return vi.waitUntil(
    () => {
      const now = seen.at(-1)?.[part]
      return now && fits(now) ? now : null
    },
    { timeout: 60_000, message: part },
  )
}
const answered = ({ at, value }: { at: number | null; value: unknown }): boolean =>
  at !== null && value !== null

/** Pauses between two questions, ms. */
const statusPace = {
  services: 1000,
  routes: 2000,
  nodes: 1000,
  jobs: 1000,
  gpu: 500,
  history: 2000,
  notifiedSessions: 1000,
}

beforeAll(async () => {
  here = await startTestSite({ redisAccess: {}, statusPace })
  here.client.app.subscribe((event, data) => {
    if (event === 'status.changed') seen.push(statusSnapshotSchema.parse(data))
  })
  connection = await here.client.connect()
  await connection.streaming()
  await watch(true)
})
afterAll(async () => {
  await connection?.leave('END').catch(() => undefined)
  await here?.dispose()
})

test('own session: reported by Redis through the login, at once', async () => {
  const { id, jobId } = connection.snapshot.session!
  const sessions = await until('sessions', ({ source }) => said(source) === 'Redis over SSH')
  expect(sessions.value).toEqual([{ id, kind: 'moonlight', status: expect.any(String) as string, jobId }])
  expect(linkSockets('forward')).toHaveLength(1)
})

test('GPU figures of the own node, with a plot that grows', async () => {
  const { node } = connection.snapshot.session!
  const gpu = await until('gpu', ({ value }) => (value?.plots[0]?.points.length ?? 0) >= 2)
  expect(gpu).toMatchObject({
    source: asText('panels.sources.gpu', { node: node ?? '' }),
    invented: false,
    value: { node, gpus: [{ index: 0, name: 'NVIDIA A40', encoderSessions: 1, memoryTotalMb: 46068 }] },
  })
  expect(gpu.value?.plots.map(({ measure }) => measure)).toEqual([
    'gpu',
    'gpu-memory',
    'encoder',
    'temperature',
  ])
})

test('nodes and queue from Slurm itself', async () => {
  const { jobId, node } = connection.snapshot.session!
  const nodes = await until('nodes', answered)
  expect(said(nodes.source)).toBe('Slurm over SSH')
  expect(nodes.value).toMatchObject([
    {
      name: node,
      state: expect.stringMatching(/mixed|alloc/) as string,
      gpus: expect.stringContaining('gpu') as string,
    },
  ])
  const jobs = await until('jobs', answered)
  expect(jobs.value?.map(({ id, state }) => [id, state])).toEqual([[jobId, 'RUNNING']])
})

test('services and routes, asked from here', async () => {
  // Redis is healthy once it has let us in, and has a time when it has answered.
  const services = await until(
    'services',
    ({ value }) =>
      value?.every(({ status, responseMs }) => status === 'healthy' && responseMs !== null) ?? false,
  )
  expect(Object.fromEntries(services.value!.map(({ name, status }) => [said(name), status]))).toEqual({
    'Sign-in': 'healthy',
    Dashboard: 'healthy',
    Sessions: 'healthy',
    CAE: 'healthy',
    'CAE automation': 'healthy',
    Messages: 'healthy',
    Redis: 'healthy',
  })
  for (const { responseMs } of services.value!) expect(responseMs).toBeGreaterThan(0)
  const routes = await until('routes', answered)
  expect(routes.value?.map(({ path, state }) => [path, state])).toEqual([
    ['/dashboard', 'there'],
    ['/vnc', 'there'],
    ['/cae', 'there'],
    ['/app', 'there'],
    ['/moonlight', 'there'],
    ['/socket.io', 'there'],
    ['/vncproxy', 'absent'],
  ])
  const reported = await until('reported', answered)
  expect(reported.value?.find(({ name }) => name === 'slurm')?.status).toBe('healthy')
})

test('storage: disks asked for, data and scratch as they are pushed, or on request', async () => {
  const disks = await until('disks', answered)
  expect(disks.value?.map(({ name }) => name)).toEqual(['/home', '/scratch', '/data'])
  const pushed = await until('scratch', answered)
  expect(pushed).toMatchObject({
    source: asText('panels.sources.pushed'),
    value: { totalNodes: 1, activeNodes: 1 },
  })
  await call('status.refresh', { siteId: 'demo', part: 'scratch' })
  const asked = await until('scratch', ({ source }) => said(source) === 'Portal dashboard')
  expect(asked.value?.nodes).toHaveLength(1)
})

test('the site check uses the login that is open, and leaves it open', async () => {
  const { app } = here.client
  const before = loginsAt(here.site.directory)
  const done = new Promise<SiteCheckSnapshot>((resolve) => {
    const stop = app.subscribe((event, data) => {
      const snapshot = data as SiteCheckSnapshot
      if (event !== 'siteCheck.changed' || snapshot.progress !== null) return
      stop()
      resolve(snapshot)
    })
  })
  await call('siteCheck.run', { siteId: 'demo' })
  const { report, failure } = await done
  expect(failure).toBeNull()
  const finding = (id: string) => report?.findings.find((one) => one.id === id)
  expect(finding('ssh.login')).toMatchObject({
    result: 'pass',
    seen: { key: 'site-check-seen.standingLogin' },
  })
  for (const id of ['ssh.node', 'slurm.nodes', 'redis.sessions'])
    expect(finding(id)).toMatchObject({ result: 'pass' })
  expect(loginsAt(here.site.directory)).toEqual(before)
  expect(connection.snapshot.state).toBe('open')
  const at = seen.at(-1)!.gpu.at!
  await until('gpu', (gpu) => (gpu.at ?? 0) > at && gpu.problem === null)
})

test('a notification arrives by itself; the examples of a new portal are marked', async () => {
  const before = await until('notifications', answered)
  expect(before.value?.every(({ example }) => example)).toBe(true)
  const response = await fetch(`http://${here.site.ready.services.dashboard}/api/notifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Maintenance', message: 'tonight' }),
  })
  expect(response.ok).toBe(true)
  const after = await until('notifications', ({ value }) => value?.[0]?.title === 'Maintenance')
  expect(said(after.source)).toBe('Portal messages')
  expect(after.value?.[0]).toMatchObject({ message: 'tonight', example: false })
  expect(after.value).toHaveLength(before.value!.length + 1)
})

test('tiles are marked by their place; history comes from the portal’s machine', async () => {
  const cluster = await until('cluster', answered)
  expect(cluster.value).toMatchObject({ totalNodes: 1, allocatedNodes: expect.any(Number) as number })
  const history = await until('history', ({ value }) => (value?.length ?? 0) > 0)
  expect(history.value).toMatchObject([{ machine: 'localhost:9100', ownNode: false }])
  for (const { points } of history.value![0]!.plots)
    for (const [, value] of points) if (value !== null) expect(value).toBeLessThanOrEqual(100)
})

describe('faults', () => {
  beforeAll(() => here.site.setFault('open-proxy', true))
  afterAll(() => here.site.setFault('open-proxy', false))

  test('Slurm’s controller gone: nodes are the portal’s invention and say so; GPU figures continue', async () => {
    await here.site.setFault('slurmctld-down', true)
    try {
      const nodes = await until('nodes', ({ invented }) => invented)
      expect(said(nodes.source)).toBe('Portal dashboard')
      const at = seen.at(-1)!.gpu.at!
      await until('gpu', (gpu) => (gpu.at ?? 0) > at && gpu.problem === null)
    } finally {
      await here.site.setFault('slurmctld-down', false)
    }
  })

  test('Redis gone: sessions come by HTTP', async () => {
    await here.site.setFault('redis-down', true)
    try {
      await until('sessions', ({ source, problem }) => said(source) !== 'Redis over SSH' || problem !== null)
    } finally {
      await here.site.setFault('redis-down', false)
    }
    await until('sessions', ({ problem, value }) => problem === null && value?.length === 1)
  })

  test('a message service that can look at no node has measured nothing, and says so', async () => {
    await here.site.setFault('websocket-blind', true)
    try {
      await watchAgain()
      const blind = await until('scratch', ({ problem }) => problem !== null)
      expect(blind).toMatchObject({
        value: null,
        at: null,
        source: asText('panels.sources.pushed'),
        problem: { key: 'failures.portal-error.scratch-not-measured.message' },
      })
      // What the dashboard measures on request is not taken away by the next such message.
      await call('status.refresh', { siteId: 'demo', part: 'scratch' })
      const asked = await until('scratch', answered)
      await push('storage', {
        type: 'periodic_update',
        data: { scratch_storage: { totalNodes: 1, activeNodes: 0, nodeDetails: [] } },
      })
      await push('notifications', { type: 'notification', data: { id: 'last', title: 'Behind it' } })
      await until('notifications', ({ value }) => value?.[0]?.title === 'Behind it')
      expect(seen.at(-1)!.scratch).toEqual(asked)
    } finally {
      await here.site.setFault('websocket-blind', false)
    }
  })

  test('Redis in cluster mode: the panel says so, asks the portal instead, and comes back', async () => {
    await here.site.setFault('redis-cluster-mode', true)
    try {
      await watchAgain()
      const refusal = /^Redis runs in cluster mode/
      const services = await until('services', ({ value }) =>
        refusal.test(said(value?.find(({ name }) => name === 'Redis')?.detail)),
      )
      expect(services.value?.find(({ name }) => name === 'Redis')?.status).toBe('down')
      // The portal's services are no cluster clients either: their answer is shown in the same words.
      await until(
        'sessions',
        ({ problem, source }) =>
          said(source) === 'Portal sessions' && /redis-cluster/.test(problem?.key ?? ''),
      )
      await until('nodes', answered)
    } finally {
      await here.site.setFault('redis-cluster-mode', false)
    }
    await watchAgain()
    await until('sessions', ({ source, value }) => said(source) === 'Redis over SSH' && value?.length === 1)
  })

  test('a missing route is no dead service where every path gets an error, and a service’s own 404 an answer', async () => {
    const faults = ['start-page-down', 'websocket-not-routed', 'cae-automation-no-health'] as const
    for (const fault of faults) await here.site.setFault(fault, true)
    try {
      await watchAgain()
      const { value } = await until(
        'services',
        (services) =>
          services.value?.some(({ name, status }) => said(name) === 'Messages' && status !== 'healthy') ??
          false,
      )
      const service = (short: string) => value?.find(({ name }) => said(name) === short)
      expect(service('Messages')).toMatchObject({ status: 'unknown', detail: { values: { status: 502 } } })
      expect(service('CAE automation')).toMatchObject({ status: 'healthy', detail: null })
    } finally {
      for (const fault of faults) await here.site.setFault(fault, false)
    }
  })

  test('a route to every port is seen, without going through it', () =>
    until('routes', ({ value }) => value?.find(({ path }) => path === '/vncproxy')?.state === 'there'))
})

test('only pages of the site’s own portal can be asked for', async () => {
  await expect(call('portal.open', { siteId: 'demo', page: 'https://evil.example' })).rejects.toThrow(
    'bad-request',
  )
  await expect(call('portal.open', { siteId: 'other', page: '/vnc' })).rejects.toThrow('bad-request')
})

test('when no page watches any more nothing is asked, and no socket stays', async () => {
  await watch(false)
  const count = seen.length
  await vi.waitUntil(() => linkSockets('forward').length === 0, {
    timeout: 30_000,
    message: 'the forward is gone',
  })
  // Four paces of the quickest: what was to come would have come.
  await new Promise((resolve) => setTimeout(resolve, 4 * statusPace.gpu))
  expect(seen.length).toBe(count)
})
