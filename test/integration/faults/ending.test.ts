/** The end of a session is one when Slurm says so, and ends nothing but the session's own job. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CallName, CallOutput } from '../../../src-main/shared/contract.ts'
import { VizlinkError } from '../../../src-main/shared/errors.ts'
import { sessionSchema } from '../../../src-main/shared/model/desktop.ts'
import { markedProcesses } from '../../site/support/processes.ts'
import { english } from '../../support/english.ts'
import { longTest } from '../../support/long-run.ts'
import { failureOf } from '../../support/failure-of.ts'
import { vizlink } from '../../support/running-program.ts'
import { isOver, startTestClient, type TestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { said } from '../../support/texts.ts'
import { overSsh } from '../site/ssh.ts'

let here: TestSite
let batch: TestClient
beforeAll(async () => {
  here = await startTestSite({ nodes: 2, faults: ['redis-public'] })
  batch = await startTestClient(here.site.ready.batchProfile, { dataFolder: join(here.home, 'batch') })
})
afterAll(async () => {
  await batch.dispose()
  await here.dispose()
})

async function call<N extends CallName>(client: TestClient, name: N, input: object): Promise<CallOutput<N>> {
  const reply = await client.app.call({ id: 'test', trusted: true }, name, input)
  if (!reply.ok) throw new VizlinkError(reply.failure)
  return reply.value as CallOutput<N>
}

/** A session that runs without a client. */
async function leftSession(client: TestClient): Promise<{ id: string; jobId: string }> {
  const attempt = await client.connect()
  const { session } = await attempt.streaming()
  await attempt.leave('DISCONNECT')
  return { id: session?.id ?? '', jobId: session?.jobId ?? '' }
}

const gone = (): Promise<unknown> =>
  vi.waitUntil(async () => (await here.site.activeJobs()).length === 0, {
    timeout: 60_000,
    message: 'no job is left',
  })

/** Without the controller, and with it again afterwards. */
async function withoutSlurm(work: () => Promise<void>): Promise<void> {
  await here.site.setFault('slurmctld-down', true)
  try {
    await work()
  } finally {
    await here.site.setFault('slurmctld-down', false)
  }
}

const silence = 'Slurm does not answer on the login host.'

// The silence of Slurm takes 8 s for each question, and all of them together more than a minute.
const silentMs = 240_000

test(
  'slurmctld-down: sessions of the portal are being ended, and another run of the client continues',
  async () => {
    const dataFolder = join(here.home, 'restarted')
    const first = await startTestClient(here.site.ready.profile, { dataFolder })
    const session = await leftSession(first)
    const open = await here.client.startNew()
    const desktop = (await open.streaming()).session
    await withoutSlurm(async () => {
      const sessionId = session.id
      const ended = await call(first, 'sessions.end', { siteId: 'demo', kind: 'stream', sessionId })
      expect([ended.over, said(ended.why)]).toEqual([false, silence])
      const listed = await call(first, 'sessions.list', { siteId: 'demo', kind: 'stream' })
      expect(said(listed.find(({ id }) => id === sessionId)?.ending?.why)).toBe(silence)
      const { failure } = await (await first.connect(sessionId)).until(isOver)
      expect(english(failure).message).toBe('The session that you want to resume is being ended.')
      // The same from the desktop itself.
      const left = await open.leave('END')
      expect([left.state, left.failure?.kind]).toEqual(['failed', 'slurm-unreachable'])
      expect(english(left.failure).message).toBe(`Your session is still being ended. ${silence}`)
      // Nothing that leads back is given up meanwhile: the portal was not asked to end it.
      const redis = new Redis(`redis://${here.site.ready.redis}`)
      for (const id of [sessionId, desktop?.id]) expect(await redis.exists(`moonlight:session:${id}`)).toBe(1)
      redis.disconnect()
      await first.dispose()
    })
    await vi.waitUntil(async () => (await here.site.activeJobs()).length === 1, {
      timeout: 30_000,
      message: 'the open client continues',
    })
    expect(await here.site.activeJobs()).toEqual([session.jobId])
    const second = await startTestClient(here.site.ready.profile, { dataFolder })
    await gone()
    await vi.waitUntil(
      async () => (await call(second, 'sessions.list', { siteId: 'demo', kind: 'stream' })).length === 0,
      {
        timeout: 30_000,
        message: 'its list has it no more',
      },
    )
    await second.dispose()
  },
  silentMs,
)

longTest(
  'slurmctld-down: one by sbatch, from the list and from the command line, which has a status for it',
  async () => {
    const siteId = 'demo-batch'
    const listed = await leftSession(batch)
    const run = (...args: string[]) => vizlink([...args, '--site', here.site.ready.batchProfile], here.home)
    expect(await run('connect', '--new', '--keep', '--seconds', '1', '--json')).toMatchObject({ code: 0 })
    const both = sessionSchema.array().parse((await run('sessions', '--json')).report)
    const kept = both.find(({ id }) => id !== listed.id)
    await withoutSlurm(async () => {
      const [ended, tried] = await Promise.all([
        call(batch, 'sessions.end', { siteId, kind: 'stream', sessionId: listed.id }),
        run('end', kept?.id ?? '', '--wait', '1'),
      ])
      expect([ended.over, said(ended.why)]).toEqual([false, silence])
      expect([tried.code, tried.stdout]).toEqual([3, ''])
      expect(tried.stderr).toContain(`${kept?.id} is being ended. ${silence}`)
      const shown = await run('sessions')
      expect([shown.code, shown.stderr]).toEqual([1, expect.stringContaining(`${kept?.id} is being ended.`)])
      for (const id of [listed.id, kept?.id ?? ''])
        expect(existsSync(join(here.site.ready.home, '.cache', 'vizlink', 'sessions', id))).toBe(true)
    })
    // The open client continues by itself; what the command line tried is reported, and ended by the next run.
    await vi.waitUntil(async () => (await here.site.activeJobs()).length === 1, {
      timeout: 30_000,
      message: 'the open client continues',
    })
    expect(await here.site.activeJobs()).toEqual([kept?.jobId])
    expect((await run('sessions')).stdout).toMatch(
      new RegExp(`^${kept?.id} +being ended +${kept?.jobId}`, 'm'),
    )
    expect(await run('end', kept?.id ?? '')).toMatchObject({ code: 0, stderr: `${kept?.id} is ended.\n` })
    await gone()
  },
)

/** A job of the user's own that is no desktop. */
const submitted = async (name: string, partition = 'viz'): Promise<string> =>
  (
    await overSsh(
      here.site,
      `sbatch --parsable --job-name=${name} --partition=${partition} --output=/dev/null --wrap 'sleep 600'`,
    )
  ).trim()

test('a forged record: the simulation that it names is neither cancelled, nor entered, nor believed', async () => {
  const session = await leftSession(here.client)
  const simulation = await submitted('simulation')
  const redis = new Redis(`redis://${here.site.ready.redis}`)
  const key = `moonlight:session:${session.id}`
  try {
    await redis.hset(key, 'slurm_job_id', simulation)
    const ended = call(here.client, 'sessions.end', { siteId: 'demo', kind: 'stream', sessionId: session.id })
    const failure = await failureOf(ended)
    expect(failure.kind).toBe('foreign-job')
    expect(failure.evidence).toContainEqual({ label: 'job-name', value: 'simulation' })

    const attempt = await here.client.connect(session.id)
    const connected = await attempt.until(isOver)
    expect([connected.failure?.kind, connected.failure?.retryable]).toEqual(['foreign-job', false])
    expect(attempt.states).not.toContain('tunnelling')
    expect(markedProcesses(here.site.directory, /\bsrun\b/)).toEqual([])
    expect((await here.site.activeJobs()).sort()).toEqual([session.jobId, simulation].sort())
    expect(await call(here.client, 'sessions.list', { siteId: 'demo', kind: 'stream' })).toMatchObject([
      { id: session.id },
    ])
  } finally {
    await redis.hset(key, 'slurm_job_id', session.jobId)
    redis.disconnect()
    await overSsh(here.site, `scancel ${simulation}`)
  }
  const ended = await call(here.client, 'sessions.end', {
    siteId: 'demo',
    kind: 'stream',
    sessionId: session.id,
  })
  expect(ended).toEqual({ over: true, why: null })
  await gone()
})
