/** Sessions on a real Slurm and Redis: created, run, listed, ended, queued. */
import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { ask, createSession, listSessions, processesOf, sessionWithStatus } from './support.ts'

let site: Site
// The host itself has tests of its own; here its job only has to live.
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', faults: ['host-not-ready', 'redis-public'] })
})
afterAll(() => site.dispose())

async function withRedis<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(`redis://${site.ready.redis}`)
  try {
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}

const jobTable = async (): Promise<string> => {
  const answer = await ask(site, 'GET', '/cae/api/slurm/squeue')
  return (answer.json as { output: string }).output
}

test('a session is created, runs on a node, is kept in Redis, is deleted and gone', async () => {
  const idle = processesOf(site.directory)
  const created = await createSession(site)
  expect(created.status).toBe('starting')
  expect(created.session_id).toMatch(/^ml-alice-\d+$/)
  await sessionWithStatus(site, created.session_id, ['running'])
  expect(await site.activeJobs()).toContain(created.slurm_job_id)
  expect(await jobTable()).toMatch(
    new RegExp(`^${created.slurm_job_id}\\|.*\\|moonlight-alice\\|RUNNING\\|.*\\|viz-node00[12]$`, 'm'),
  )
  await withRedis(async (redis) => {
    const name = `moonlight:session:${created.session_id}`
    const stored = await redis.hgetall(name)
    expect(stored).toMatchObject({
      username: 'alice',
      display_num: '10',
      slurm_job_id: created.slurm_job_id,
      status: 'running',
    })
    expect(await redis.ttl(name)).toBeGreaterThan(86_000)
  })
  const log = join(site.directory, 'scratch', 'sunshine_logs', `${created.session_id}.log`)
  // To Slurm a job runs before its script does.
  await vi.waitUntil(
    async () => {
      const text = await readFile(log, 'utf8').catch(() => '')
      return text.includes(`Session ID: ${created.session_id}`) || null
    },
    { timeout: 30_000, message: 'the job’s log names the session' },
  )

  // The job's shell and what it runs carry the site's mark; so do Slurm's and the other daemons.
  const before = new Set(idle)
  expect(processesOf(site.directory).filter((pid) => !before.has(pid)).length).toBeGreaterThan(0)
  expect((await ask(site, 'DELETE', `/api/moonlight/sessions/${created.session_id}`)).status).toBe(200)
  expect(await listSessions(site)).toEqual([])
  await vi.waitUntil(async () => (await site.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'the job is gone',
  })
  await vi.waitUntil(() => processesOf(site.directory).every((pid) => before.has(pid)), {
    timeout: 30_000,
    message: 'its processes are gone',
  })
  expect((await ask(site, 'DELETE', `/api/moonlight/sessions/${created.session_id}`)).status).toBe(404)
})

test('a third session waits while two nodes are full, and runs when one is free', async () => {
  const sessions = await Promise.all(['one', 'two', 'three'].map((user) => createSession(site, user)))
  const status = async (index: number): Promise<string | undefined> =>
    (await listSessions(site, ['one', 'two', 'three'][index]))[0]?.status
  await vi.waitUntil(
    async () => {
      const statuses = await Promise.all([0, 1, 2].map(status))
      return statuses.filter((word) => word === 'running').length === 2 && statuses.includes('pending')
    },
    { timeout: 30_000, message: 'two run, one waits' },
  )
  const statuses = await Promise.all([0, 1, 2].map(status))
  const waiting = statuses.indexOf('pending')
  const first = (waiting + 1) % 3
  await ask(site, 'DELETE', `/api/moonlight/sessions/${sessions[first]!.session_id}`)
  await vi.waitUntil(async () => (await status(waiting)) === 'running', {
    timeout: 30_000,
    message: 'the third runs',
  })
  for (const { session_id } of sessions) await ask(site, 'DELETE', `/api/moonlight/sessions/${session_id}`)
  await vi.waitUntil(async () => (await site.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'all jobs are gone',
  })
})

test('a job that was cancelled behind the portal’s back shows as completed and is kept 300 s', async () => {
  const created = await createSession(site)
  await sessionWithStatus(site, created.session_id, ['running'])
  const environment = { ...process.env, SLURM_CONF: join(site.directory, 'slurm', 'slurm.conf') }
  await promisify(execFile)('scancel', [created.slurm_job_id], { env: environment })
  await sessionWithStatus(site, created.session_id, ['completed'])
  await withRedis(async (redis) => {
    const left = await redis.ttl(`moonlight:session:${created.session_id}`)
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(300)
  })
  await ask(site, 'DELETE', `/api/moonlight/sessions/${created.session_id}`)
})

test('a header that names another user, or a pattern, is believed (a defect of the portal)', async () => {
  const created = await createSession(site, 'alice-b')
  expect((await listSessions(site, 'alice')).map(({ session_id }) => session_id)).toContain(
    created.session_id,
  )
  expect((await listSessions(site, '*')).map(({ session_id }) => session_id)).toContain(created.session_id)
  await ask(site, 'DELETE', `/api/moonlight/sessions/${created.session_id}`)
})

test('what a header holds reaches neither the shell nor a path', async () => {
  const user = `x';touch ${site.directory}/broken-in;'../../..`
  const created = await createSession(site, user)
  await vi.waitUntil(async () => (await listSessions(site, '*'))[0]?.status === 'running', {
    timeout: 30_000,
    message: 'the job has run',
  })
  await expect(access(join(site.directory, 'broken-in'))).rejects.toThrow('ENOENT')
  await ask(site, 'DELETE', `/api/moonlight/sessions/${encodeURIComponent(created.session_id)}`)
})
