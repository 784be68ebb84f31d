/** The dashboard when Slurm does not answer, in mock mode, and its VNC sessions: the recorded shapes, real Slurm jobs. */
import { connect } from 'node:net'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startSite } from '../../site/index.ts'
import { markedProcesses } from '../../site/support/processes.ts'
import type { Site } from '../../site/types.ts'
import { load, recorded, recordedShape, shapeOf } from './recorded.ts'
import { ask, signIn } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', faults: ['prometheus-down', 'redis-public', 'test-login-open'] })
})
afterAll(() => site.dispose())

test.each(load('dashboard-mock').map((one) => [one.name, one] as const))('%s', async (_, one) => {
  await site.setFault('prometheus-down', false)
  await site.setFault('mock-mode', true)
  const answer = await ask(site, 'GET', one.request.path)
  await site.setFault('mock-mode', false)
  expect(answer.status).toBe(one.response.status)
  expect(shapeOf(answer.json)).toEqual(recordedShape(one))
  expect((answer.json as { mode?: string }).mode).toBe(
    (JSON.parse(one.response.body) as { mode?: string }).mode,
  )
})

test('slurmctld stopped: what the dashboard makes up and what it admits', async () => {
  await site.setFault('prometheus-down', true)
  await site.setFault('slurmctld-down', true)
  // Asked at once: each answer takes as long as Slurm's commands try.
  const all = load('dashboard-slurm-down')
  const answers = await Promise.all(all.map((one) => ask(site, 'GET', one.request.path)))
  await site.setFault('slurmctld-down', false)
  const seen = answers.map(({ status, json }, index) => [all[index]!.name, status, shapeOf(json)])
  expect(seen).toEqual(all.map((one) => [one.name, one.response.status, recordedShape(one)]))
  const { partitions } = (await ask(site, 'GET', '/api/slurm/status')).json as {
    partitions: { name: string }[]
  }
  expect(partitions[0]?.name).toBe('viz')
})

/** A VNC request as the person who sent the recorded one. */
const vnc = async (
  token: string | null,
  method: string,
  path: string,
  body: string | null = null,
  contentType = 'application/json',
) =>
  ask(site, method, `/api/vnc/sessions${path}`, {
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === null ? {} : { 'content-type': contentType }),
    },
    body,
  })
const like = (name: string) => {
  const { response } = recorded('vnc', name)
  return [response.status, response.contentType?.includes('json') ? JSON.parse(response.body) : null] as const
}

/** The first bytes that a server sends by itself. */
function firstBytes(host: string, port: number, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    socket.once('error', reject)
    socket.once('end', () => reject(new Error('ended')))
    socket.on('readable', () => {
      const bytes = socket.read(count) as Buffer | null
      if (!bytes) return
      socket.destroy()
      resolve(bytes)
    })
  })
}

test('VNC: who may create, and what is refused', async () => {
  const [user, dx] = [await signIn(site, 'vera', ['HPC-Users']), await signIn(site, 'dora', ['DX-Users'])]
  const cases: [string, Awaited<ReturnType<typeof vnc>>][] = [
    ['vnc create: DX-Users', await vnc(dx, 'POST', '', '{}')],
    ['vnc create: no token', await vnc(null, 'POST', '', '{}')],
    ['vnc create: unknown image', await vnc(user, 'POST', '', '{"image_id":"nope"}')],
    ['vnc create: duration is text', await vnc(user, 'POST', '', '{"duration_hours":"two"}')],
    ['vnc create: not JSON', await vnc(user, 'POST', '', 'x', 'text/plain')],
    ['vnc detail: unknown', await vnc(user, 'GET', '/vnc-x-1')],
    ['vnc ready: unknown', await vnc(user, 'GET', '/vnc-x-1/ready')],
    ['vnc all: user', await vnc(await signIn(site, 'uwe', ['HPC-Users']), 'GET', '/all')],
  ]
  for (const [name, { status, json }] of cases) expect([status, json], name).toEqual(like(name))
  const missing = await vnc(user, 'POST', '', '{"image_id":"gnome"}')
  expect(missing.status).toBe(500)
  expect(missing.text).toMatch(/Image file not found on viz-node: .*vnc_gnome.sif/)
})

test('VNC: a session’s life on real Slurm', async () => {
  const owner = await signIn(site, 'alice', ['HPC-Users'])
  const other = await signIn(site, 'bob', ['HPC-Users'])
  const admin = await signIn(site, 'root-admin', ['HPC-Admins'])
  const created = await vnc(owner, 'POST', '', '{"duration_hours":2}')
  expect(created.status).toBe(201)
  expect(shapeOf(created.json)).toEqual(recordedShape(recorded('vnc', 'vnc create: good')))
  const { id, job_id: jobId } = created.json as { id: string; job_id: number }
  expect(await site.activeJobs()).toContain(String(jobId))
  const early = await vnc(owner, 'GET', `/${id}/ready`)
  expect(early.json).toEqual({ ready: false, reason: 'Session status is pending' })
  const listed = await vi.waitUntil(
    async () => {
      const { json } = await vnc(owner, 'GET', '')
      return (json as { sessions: { status: string }[] }).sessions[0]?.status === 'running' ? json : null
    },
    { timeout: 30_000, message: 'it runs' },
  )
  expect(shapeOf(listed)).toEqual(recordedShape(recorded('vnc', 'vnc list: running')))
  const detail = await vnc(admin, 'GET', `/${id}`)
  expect(shapeOf(detail.json)).toEqual(recordedShape(recorded('vnc', 'vnc detail: admin')))
  const { vnc_port: port, node } = (listed as { sessions: { vnc_port: number; node: string }[] }).sessions[0]!
  const greeting = await vi.waitUntil(() => firstBytes(node, port, 12).catch(() => null), {
    timeout: 30_000,
    message: 'a VNC server greets',
  })
  expect(greeting.toString()).toBe('RFB 003.008\n')
  const ready = await vnc(owner, 'GET', `/${id}/ready`)
  expect(shapeOf(ready.json)).toEqual(recordedShape(recorded('vnc', 'vnc ready: early')))
  for (const [name, method] of [
    ['vnc detail: other user', 'GET'],
    ['vnc delete: other user', 'DELETE'],
  ] as const) {
    const refused = await vnc(other, method, `/${id}`)
    expect([refused.status, refused.json], name).toEqual(like(name))
  }
  expect((await vnc(other, 'GET', '')).json).toEqual({ sessions: [] })
  const all = await vnc(admin, 'GET', '/all')
  expect(shapeOf(all.json)).toEqual(recordedShape(recorded('vnc', 'vnc all: admin')))
  const redis = new Redis(`redis://${site.ready.redis}`)
  expect(await redis.smembers('vnc:session:index')).toEqual([id])
  expect(await redis.ttl(`vnc:session:${id}`)).toBeGreaterThan(8 * 3600 - 120)
  redis.disconnect()
  const deleted = await vnc(owner, 'DELETE', `/${id}`)
  expect([deleted.status, deleted.json]).toEqual(like('vnc delete'))
  const again = await vnc(owner, 'DELETE', `/${id}`)
  expect([again.status, again.json]).toEqual(like('vnc delete: again'))
  await vi.waitUntil(async () => !(await site.activeJobs()).includes(String(jobId)), {
    timeout: 30_000,
    message: 'its job is gone',
  })
  await vi.waitUntil(() => markedProcesses(site.directory, /^Xtigervnc /).length === 0, {
    timeout: 30_000,
    message: 'its server is gone',
  })
})
