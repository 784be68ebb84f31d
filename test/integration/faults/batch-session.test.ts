/** A site without a portal: sessions by sbatch, from the default template with the demo's host in its site part. */
import { createSocket } from 'node:dgram'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CallOutput } from '../../../src-main/shared/contract.ts'
import { toFailure } from '../../../src-main/shared/errors.ts'
import { sessionSchema } from '../../../src-main/shared/model/desktop.ts'
import { SiteRegistry } from '../../../src-main/services/auth/site-registry.ts'
import { KeptLogins } from '../../../src-main/services/sessions/kept-logins.ts'
import { SessionService } from '../../../src-main/services/sessions/service.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { markedProcesses } from '../../site/support/processes.ts'
import { longTest } from '../../support/long-run.ts'
import { withBatchSource } from './batch-source.ts'
import { hasLeft, loginsAt } from '../../support/logins.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { vizlink } from '../../support/running-program.ts'
import { isOver, startTestClient, type TestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
let client: TestClient
beforeAll(async () => {
  here = await startTestSite()
  client = await startTestClient(here.site.ready.batchProfile, { dataFolder: join(here.home, 'batch') })
})
afterAll(async () => {
  await client.dispose()
  await here.dispose()
})

const siteId = 'demo-batch'
async function call<N extends 'sessions.list' | 'sessions.end'>(
  name: N,
  input: object,
): Promise<CallOutput<N>> {
  const reply = await client.app.call({ id: 'test', trusted: true }, name, {
    ...{ siteId, kind: 'stream' },
    ...input,
  })
  if (!reply.ok) throw new Error(JSON.stringify(reply.failure))
  return reply.value as CallOutput<N>
}

const folders = (): string[] => {
  const folder = join(here.site.ready.home, '.cache', 'vizlink', 'sessions')
  return existsSync(folder) ? readdirSync(folder) : []
}
const nothingLeft = (): Promise<unknown> =>
  vi.waitUntil(async () => (await here.site.activeJobs()).length === 0 && folders().length === 0, {
    timeout: 30_000,
    message: 'job and files are gone',
  })

test('a desktop without a portal, and without a claim', async () => {
  const attempt = await client.connect()
  const { session, warnings, user } = await attempt.streaming()
  expect(session?.id).toMatch(/^vizlink-\d{8}-\d{6}-[0-9a-f]{4}$/)
  expect(session?.node).toBe('viz-node001')
  expect(user).toEqual({ name: here.site.ready.sshUser, verified: true })
  expect(warnings).toEqual([])
  // The user alone reads where the host is.
  expect(folders()).toEqual([session?.id])
  await attempt.leave('END')
  await nothingLeft()
})

test('who disconnects finds the session again, in the list and by connecting; ending it leaves nothing', async () => {
  const first = await client.connect()
  const { session } = await first.streaming()
  await first.leave('DISCONNECT')
  expect((await call('sessions.list', {})).map(({ id, status }) => [id, status])).toEqual([
    [session?.id, 'running'],
  ])
  const second = await client.connect()
  expect((await second.streaming()).session?.id).toBe(session?.id)
  await second.leave('DISCONNECT')
  await call('sessions.end', { sessionId: session?.id })
  expect(await call('sessions.list', {})).toEqual([])
  await nothingLeft()
})

test('a list that is asked for again and again logs in once; the login ends after the last question', async () => {
  const { directory, ready } = here.site
  const loaded = await loadProfile(ready.batchProfile)
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: join(here.home, 'lists') })
  const auths = new SiteRegistry(platform, [loaded])
  const logins = new KeptLogins(300)
  const sessions = new SessionService(auths, platform, null, logins)
  const before = loginsAt(directory).length
  try {
    await Promise.all([sessions.list({ siteId, kind: 'stream' }), sessions.list({ siteId, kind: 'stream' })])
    await sessions.list({ siteId, kind: 'stream' })
    await sessions.list({ siteId, kind: 'stream' })
    const [login, ...more] = loginsAt(directory).slice(before)
    expect(more).toEqual([])
    await vi.waitUntil(() => login && hasLeft(directory, login), {
      timeout: 30_000,
      message: 'the login ends',
    })
    await sessions.list({ siteId, kind: 'stream' })
    expect(loginsAt(directory).slice(before)).toHaveLength(2)
  } finally {
    await Promise.all([logins.dispose(), auths.dispose()])
    await platform.dispose()
  }
})

/** The site's template with one thing changed. */
async function withTemplate(change: (text: string) => string, work: () => Promise<void>): Promise<void> {
  const file = join(here.site.directory, 'job.sh')
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, change(before))
  try {
    await work()
  } finally {
    writeFileSync(file, before)
  }
}

test.each<[string, (text: string) => string, string, RegExp]>([
  [
    'a host that ends at once',
    (text) => text.replace("exec '", "echo 'Fatal: no licence' > \"$folder/sunshine.log\"; exit 3; exec '"),
    'job-ended-early',
    /the host ended: Fatal: no licence/,
  ],
  [
    'a request that no node can satisfy',
    (text) => text.replace('--gres=gpu:1', '--gres=gpu:9'),
    'submit-failed',
    /Requested node configuration is not available/,
  ],
])('%s', async (_name, change, kind, evidence) => {
  await withTemplate(change, async () => {
    const other = await startTestClient(here.site.ready.batchProfile, {
      dataFolder: join(here.home, 'batch'),
    })
    try {
      const { failure } = await (await other.connect()).until(isOver)
      expect(failure?.kind).toBe(kind)
      expect(JSON.stringify(failure?.evidence)).toMatch(evidence)
    } finally {
      await other.dispose()
    }
    await nothingLeft()
  })
})

longTest('seven ports of which one is taken are left alone', async () => {
  const base = 20_000 + 30 * Math.floor(Math.random() * 200)
  const taken = createSocket('udp4')
  await new Promise<void>((resolve) => taken.bind(base + 9, '127.0.0.1', resolve))
  try {
    await withTemplate(
      (text) => text.replace('47989 +', `${base} +`).replace('SLURM_JOB_ID % 20', '0'),
      async () => {
        const other = await startTestClient(here.site.ready.batchProfile, {
          dataFolder: join(here.home, 'batch'),
        })
        try {
          const attempt = await other.connect()
          const { session } = await attempt.streaming()
          const ready = join(
            here.site.ready.home,
            '.cache',
            'vizlink',
            'sessions',
            session?.id ?? '',
            'ready.json',
          )
          const { basePort } = JSON.parse(readFileSync(ready, 'utf8')) as { basePort: number }
          expect((basePort - base) / 30).toBeGreaterThanOrEqual(1)
          expect((basePort - base) % 30).toBe(0)
          expect(statSync(ready).mode & 0o777).toBe(0o600)
          await attempt.leave('END')
        } finally {
          await other.dispose()
        }
      },
    )
  } finally {
    taken.close()
  }
  await nothingLeft()
})

const withSource = (work: Parameters<typeof withBatchSource>[2]): Promise<void> =>
  withBatchSource(here.site.ready.batchProfile, join(here.home, 'silent'), work)

const kindOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: unknown) => toFailure(error).kind,
  )

test('slurmctld-down: each of Slurm’s programs ends, says so, and leaves nothing that runs', async () => {
  const [running, jobId] = ['vizlink-20260102-030405-ab12', '4711']
  const kept = join(here.site.ready.home, '.cache', 'vizlink', 'sessions', running)
  mkdirSync(kept, { recursive: true })
  try {
    await withSource(async (source, cluster) => {
      await here.site.setFault('slurmctld-down', true)
      const asked = [
        source.list(),
        source.create(new AbortController().signal),
        source.remove(running),
        cluster.job({ id: running, jobId }),
        cluster.cancelJob({ id: running, jobId }),
      ]
      const kinds = await Promise.all(asked.map(kindOf))
      expect(kinds).toEqual(Array(asked.length).fill('slurm-unreachable'))
      // The login is still open: what it left would run on.
      expect(markedProcesses(here.site.directory, /\b(sbatch|scancel|squeue)\b/)).toEqual([])
      // A session that could not be ended can still be taken up; one that could not be made leaves no files.
      expect(folders()).toEqual([running])
    })
  } finally {
    await here.site.setFault('slurmctld-down', false)
    rmSync(kept, { recursive: true, force: true })
  }
  await nothingLeft()
})

test('a controller that hangs and takes the job too late: the user sees it, and the job ends by itself', async () => {
  const controllers = markedProcesses(here.site.directory, /^[^ ]*slurmctld\b/)
  expect(controllers).not.toEqual([])
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => controllers.forEach((pid) => process.kill(pid, name))
  const log = () => readFileSync(join(here.site.directory, 'slurm', 'slurmctld.log'), 'utf8')
  const seen = log().length
  await withSource(async (source) => {
    signal('SIGSTOP')
    try {
      expect(await kindOf(source.create(new AbortController().signal))).toBe('slurm-unreachable')
    } finally {
      signal('SIGCONT')
    }
    const taken = /_slurm_rpc_submit_batch_job: JobId=/
    await vi.waitUntil(() => taken.test(log().slice(seen)), { timeout: 30_000, message: 'the job is taken' })
  })
  await nothingLeft()
})

longTest('the command line: connect, sessions, end', async () => {
  const run = (...args: string[]) => vizlink([...args, '--site', here.site.ready.batchProfile], here.home)
  const connected = await run('connect', '--keep', '--seconds', '1', '--json')
  expect(connected, connected.stderr).toMatchObject({ code: 0, report: { ok: true } })
  const [kept] = sessionSchema.array().parse((await run('sessions', '--json')).report)
  expect(await run('end', kept?.id ?? '')).toMatchObject({ code: 0 })
  await nothingLeft()
})
