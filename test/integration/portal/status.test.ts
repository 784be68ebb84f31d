/** The status panel's data against a stand-in portal: polled while watched, stale where it must be, never one part in another's way. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ClusterAccess } from '../../../src-main/services/cluster/access.ts'
import { StatusService } from '../../../src-main/services/status/service.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import {
  statusParts,
  statusSnapshotSchema,
  type StatusSnapshot,
} from '../../../src-main/shared/model/status.ts'
import { authServices } from './auth-services.ts'
import { failureOf } from '../../support/failure-of.ts'
import { readAnswers, replay, startStandIn, type StandIn } from '../../support/stand-in-portal.ts'
import { said } from '../../support/texts.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'

const recorded = readAnswers('answers')
const good: Record<string, string> = {
  '/api/health/status': 'healthy, idle: /api/health/status',
  '/api/nodes': 'healthy, idle: /api/nodes',
  '/api/slurm/jobs': 'two jobs run, one waits: /api/slurm/jobs',
}
const pace = { services: 200, nodes: 200, jobs: 200, lookAgain: 100 }

let folder: string
let server: StandIn
/** Another recording for a path, or silence. */
let instead: Record<string, string>
/** What the web server puts before the paths of the dashboard: '' in most of its forms. */
let form: string
let seen: StatusSnapshot[]
let service: StatusService

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vizlink-status-test-'))
  instead = {}
  form = ''
  seen = []
  server = await startStandIn(({ path: asked }, response) => {
    if (!asked.startsWith(form)) return void response.writeHead(404).end('<html>')
    const path = asked.slice(form.length)
    if (path === '/api/health') return void response.end('{"status":"healthy","mode":"production"}')
    const name = instead[path] ?? good[path]
    if (name === 'silence') return
    const answer = recorded.find((one) => one.name === name)
    if (answer) replay(response, answer)
    else response.writeHead(404).end('<html>')
  })
  service = await serviceFor(server.origin)
})
afterEach(async () => {
  await service.dispose()
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function serviceFor(origin: string): Promise<StatusService> {
  const path = join(folder, 'site.json')
  const profile = { version: 1, id: 'site', name: 'Site', portal: { origin } }
  await writeFile(
    path,
    JSON.stringify({ ...profile, ssh: { loginHost: { address: 'login.example' }, nodes: {} } }),
  )
  const take = (snapshot: StatusSnapshot): unknown => seen.push(statusSnapshotSchema.parse(snapshot))
  return new StatusService(authServices(await loadProfile(path), dirname(path)), take, { pace })
}

const until = (what: string, fits: (snapshot: StatusSnapshot) => boolean): Promise<StatusSnapshot> =>
  vi.waitUntil(() => seen.findLast(fits), { timeout: 30_000, message: what })
const whole = ({ reported, nodes, jobs }: StatusSnapshot): boolean =>
  [reported, nodes, jobs].every(({ value }) => value !== null)
const polls = (path: string): number => server.asked.filter((asked) => asked.path === path).length

test('all parts come, with their time and without an invention', async () => {
  const before = Date.now()
  await service.watch('site', 'page', true)
  const snapshot = await until('all parts', whole)
  for (const part of [snapshot.reported, snapshot.nodes, snapshot.jobs]) {
    expect(part).toMatchObject({ source: asText('panels.sources.dashboard'), problem: null, invented: false })
    expect(part.at).toBeGreaterThanOrEqual(before)
  }
  for (const { method, headers } of server.asked) {
    expect(method).toBe('GET')
    expect(headers.authorization).toBeUndefined()
  }
})

test('nothing is asked before somebody watches, nor after the last has gone', async () => {
  expect((await failureOf(service.watch('nowhere', 'page', true))).kind).toBe('bad-request')
  expect(server.asked).toEqual([])
  await service.watch('site', 'one', true)
  await service.watch('site', 'two', true)
  await vi.waitUntil(() => polls('/api/nodes') > 2, { timeout: 30_000, message: 'several polls' })
  await service.watch('site', 'one', false)
  const then = polls('/api/nodes')
  await vi.waitUntil(() => polls('/api/nodes') > then, { timeout: 30_000, message: 'polls for the other' })
  await service.forget('two')
  const asked = server.asked.length
  const reported = seen.length
  // Two paces of any part: what was to come would have come.
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect([server.asked.length, seen.length]).toEqual([asked, reported])
  await service.watch('site', 'three', true)
  await vi.waitUntil(() => server.asked.length > asked, { timeout: 30_000, message: 'polls again' })
})

test('two watchers are one poll', async () => {
  await service.watch('site', 'one', true)
  await service.watch('site', 'two', true)
  await service.watch('site', 'two', true)
  await until('all parts', whole)
  expect(polls('/api/storage/usage')).toBe(1)
})

test('a part that fails keeps its last value and time, says why, and comes back', async () => {
  await service.watch('site', 'page', true)
  const { jobs } = await until('all parts', whole)
  instead['/api/slurm/jobs'] = 'slurmctld stopped: /api/slurm/jobs'
  const stale = await until('a problem', (snapshot) => snapshot.jobs.problem !== null)
  expect(stale.jobs.value).toEqual(jobs.value)
  expect(stale.jobs.at).toBeGreaterThanOrEqual(jobs.at ?? 0)
  expect(said(stale.jobs.problem)).toBe('The portal answered with an error: “Slurm command timeout”.')
  const { at } = stale.jobs
  // The others continue meanwhile.
  await until(
    'fresh nodes',
    (snapshot) => (snapshot.nodes.at ?? 0) > (at ?? 0) && snapshot.nodes.problem === null,
  )
  expect(seen.at(-1)?.jobs.at).toBe(at)
  delete instead['/api/slurm/jobs']
  await until(
    'jobs again',
    (snapshot) => snapshot.jobs.problem === null && (snapshot.jobs.at ?? 0) > (at ?? 0),
  )
})

test('a part that hangs does not keep the others', async () => {
  instead['/api/health/status'] = 'silence'
  await service.watch('site', 'page', true)
  const first = await until('nodes', (snapshot) => snapshot.nodes.value !== null)
  await until('newer nodes', (snapshot) => (snapshot.nodes.at ?? 0) > (first.nodes.at ?? 0))
  expect(seen.at(-1)?.reported.value).toBeNull()
  // Its own next poll waits for the first: a service that hangs is not flooded.
  expect(polls('/api/health/status')).toBe(1)
})

test('what the portal makes up is marked, also after real answers', async () => {
  await service.watch('site', 'page', true)
  await until('all parts', whole)
  instead['/api/nodes'] = 'slurmctld stopped: /api/nodes'
  const made = await until('invented nodes', (snapshot) => snapshot.nodes.invented)
  expect(made.nodes.value?.map(({ name }) => name)).toEqual(['node01', 'node02'])
  expect([made.reported.invented, made.jobs.invented]).toEqual([false, false])
})

test('a portal without a route to its dashboard says so', async () => {
  await using other = await startStandIn((_asked, response) => void response.writeHead(404).end('<html>'))
  const lost = await serviceFor(other.origin)
  await lost.watch('site', 'page', true)
  const { nodes } = await until('a problem', (snapshot) => snapshot.nodes.problem !== null)
  expect(said(nodes.problem)).toBe('The portal has no route to its dashboard.')
  await lost.dispose()
})

test('a portal that is not there says so, and is found once it is', async () => {
  const gone = await startStandIn(() => undefined)
  await gone[Symbol.asyncDispose]()
  const lost = await serviceFor(gone.origin)
  await lost.watch('site', 'page', true)
  const { jobs } = await until('a problem', (snapshot) => snapshot.jobs.problem !== null)
  expect(said(jobs.problem)).toBe('The portal cannot be reached.')
  await lost.dispose()
})

test('the web server gets another configuration: the dashboard is found where it is now, and found again', async () => {
  await service.watch('site', 'page', true)
  await until('all parts', whole)
  for (const next of ['/api', '']) {
    const before = polls(`${next}/api/nodes`)
    form = next
    await vi.waitUntil(() => polls(`${next}/api/nodes`) > before + 1, {
      timeout: 30_000,
      message: 'it is asked there',
    })
    const now = Date.now()
    await until('nodes again', ({ nodes }) => nodes.problem === null && (nodes.at ?? 0) >= now)
  }
})

test('what the portal walks whole trees for is asked for on request alone', async () => {
  const walks = (): string[] =>
    server.asked.map(({ path }) => path).filter((path) => /storage\/(data|scratch)/.test(path))
  await service.watch('site', 'page', true)
  await until('all parts', whole)
  await vi.waitUntil(() => polls('/api/nodes') > 4, { timeout: 30_000, message: 'several polls' })
  expect(walks()).toEqual([])
  await service.refresh('site', 'dataDisk')
  await service.refresh('site', 'scratch')
  expect(walks()).toEqual(['/api/storage/data/stats', '/api/storage/scratch/nodes'])
})

test('the end does not wait for a service that hangs', async () => {
  instead['/api/nodes'] = 'silence'
  await service.watch('site', 'page', true)
  await vi.waitUntil(() => polls('/api/nodes') > 0, { timeout: 30_000, message: 'the question' })
  await service.dispose()
  await service.dispose()
})

test('a site without a portal: Slurm is asked over SSH, nothing else', async () => {
  const path = join(folder, 'no-portal.json')
  const ssh = { loginHost: { address: 'login.example' }, nodes: {} }
  await writeFile(path, JSON.stringify({ version: 1, id: 'ssh', name: 'SSH alone', ssh }))
  const commands: string[] = []
  const cluster: ClusterAccess = {
    node: null,
    login: 'ada@login.example:22',
    openNode: () => Promise.reject(new Error('no node')),
    onLogin({ script }) {
      const program = /\b(sinfo|squeue) /.exec(script)?.[1] ?? script
      commands.push(program)
      const node = 'viz01|idle|gpu:1|0/8/0/8|1000|900|0.10|none\n'
      return Promise.resolve({ stdout: program === 'sinfo' ? node : '', code: 0 })
    },
    onNode: () => Promise.reject(new Error('no node')),
    openForward: () => Promise.reject(new Error('no forward')),
  }
  const take = (snapshot: StatusSnapshot): unknown => seen.push(statusSnapshotSchema.parse(snapshot))
  const alone = new StatusService(authServices(await loadProfile(path), folder), take, {
    pace,
    findCluster: () => cluster,
  })
  await alone.watch('ssh', 'page', true)
  const { nodes, hasPortal } = await until(
    'nodes',
    ({ nodes, jobs }) => nodes.value !== null && jobs.value !== null,
  )
  expect(hasPortal).toBe(false)
  expect(nodes).toMatchObject({
    source: asText('panels.sources.slurm'),
    value: [{ name: 'viz01', state: 'idle' }],
  })
  await alone.refresh('ssh', 'scratch')
  const asked = statusParts.filter((part) => seen.at(-1)![part].source !== '')
  expect(asked).toEqual(['nodes', 'jobs'])
  expect(new Set(commands)).toEqual(new Set(['sinfo', 'squeue']))
  await alone.dispose()
})
