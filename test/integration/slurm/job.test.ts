/** What the client reads of a job, on a real Slurm: waiting for each reason, running, cancelled, failed, forgotten. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { isAlive, jobCommand, parseJob, type SlurmJob } from '../../../src-main/protocols/slurm/job.ts'
import { nodesCommand, parseNodes } from '../../../src-main/protocols/slurm/cluster.ts'
import { allAway, explainReason } from '../../../src-main/protocols/slurm/waiting.ts'
import { startSlurm, type Slurm } from '../../site/slurm/index.ts'
import { siteMark } from '../../site/support/processes.ts'
import { said } from '../../support/texts.ts'

let directory: string
let slurm: Slurm

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vizlink-slurm-test-'))
  const environment = { PATH: process.env.PATH ?? '', HOME: directory, [siteMark]: directory }
  const user = userInfo().username
  slurm = await startSlurm({ directory, nodes: 2, gpusPerNode: 0, user, environment })
})
afterAll(async () => {
  await slurm.dispose()
  await rm(directory, { recursive: true, force: true })
})
afterEach(async () => {
  const ids = await slurm.activeJobs()
  if (ids.length > 0) await slurm.run('scancel', ids)
  for (const node of slurm.nodeNames)
    await slurm.run('scontrol', ['update', `nodename=${node}`, 'state=resume'])
  await update(`partitionname=${slurm.partition}`, 'state=up', 'maxtime=12:00:00')
  await vi.waitUntil(
    async () => {
      const { stdout } = await slurm.run('sinfo', ['-h', '-N', '-o', '%T'])
      return stdout
        .split('\n')
        .filter(Boolean)
        .every((state) => state === 'idle')
    },
    { timeout: 30_000, message: 'all nodes are idle' },
  )
})

async function update(...what: string[]): Promise<void> {
  const done = await slurm.run('scontrol', ['update', ...what])
  if (done.code !== 0) throw new Error(done.stderr)
}

/** Submits a job that fills a node. */
async function submit(command = 'sleep 600', ...more: string[]): Promise<string> {
  const done = await slurm.run('sbatch', [
    '--parsable',
    '--exclusive',
    '--time=1:00:00',
    `--output=${directory}/job.log`,
    ...more,
    `--wrap=${command}`,
  ])
  if (done.code !== 0) throw new Error(done.stderr)
  return done.stdout.trim()
}

/** The job as the client's own command and parser see it. */
const look = async (id: string): Promise<SlurmJob | null> =>
  parseJob((await slurm.run('sh', ['-c', jobCommand(id).script])).stdout)

const until = (id: string, what: string, fits: (job: SlurmJob) => boolean): Promise<SlurmJob> =>
  vi.waitUntil(
    async () => {
      const job = await look(id)
      return job && fits(job) ? job : null
    },
    { timeout: 30_000, message: what },
  )
const waits = (id: string, kind: string): Promise<SlurmJob> =>
  until(
    id,
    `waits: ${kind}`,
    (job) => job.state === 'PENDING' && job.reason !== null && explainReason(job.reason).waiting === kind,
  )
const over = async (id: string): Promise<void> => {
  await vi.waitUntil(async () => !isAlive(await look(id)), { timeout: 30_000, message: 'is over' })
}

test('runs: node, start and end by the time limit', async () => {
  const id = await submit()
  const job = await until(id, 'runs', ({ state }) => state === 'RUNNING')
  expect(slurm.nodeNames).toContain(job.node)
  expect(Math.abs((job.startsAt ?? 0) - Date.now())).toBeLessThan(60_000)
  expect((job.endsAt ?? 0) - (job.startsAt ?? 0)).toBe(3_600_000)
  expect(job.reason).toBeNull()
})

test('waits for a free node, with an estimate, and then runs', async () => {
  const running = [await submit(), await submit()]
  for (const id of running) await until(id, 'runs', ({ state }) => state === 'RUNNING')
  const third = await submit()
  const job = await waits(third, 'passes')
  expect(['Resources', 'Priority']).toContain(job.reason)
  expect(job.node).toBeNull()
  const estimated = await until(third, 'has an estimate', ({ startsAt }) => startsAt !== null)
  expect(estimated.startsAt ?? 0).toBeGreaterThan(Date.now())
  await slurm.run('scancel', [running[0] ?? ''])
  await until(third, 'runs', ({ state }) => state === 'RUNNING')
})

/** The nodes' look that decides where Slurm's reason does not. */
const areAllAway = async (partition = slurm.partition): Promise<string | null> => {
  const text = allAway(parseNodes((await slurm.run('sh', ['-c', nodesCommand(partition).script])).stdout))
  return text && said(text)
}

test.each([
  ['drain', 'fan replacement'],
  ['down', 'power'],
])('waits in vain: all nodes are in state %s, for the reason that was given', async (state, reason) => {
  for (const node of slurm.nodeNames) await update(`nodename=${node}`, `state=${state}`, `reason=${reason}`)
  await waits(await submit(), 'nodes')
  expect(await areAllAway()).toContain(`${slurm.nodeNames[0]}: ${reason}`)
})

test('the one node that it wants is down: others are there, and it waits', async () => {
  const [node = ''] = slurm.nodeNames
  await update(`nodename=${node}`, 'state=down', 'reason=power')
  await waits(await submit('sleep 600', `--nodelist=${node}`), 'nodes')
  expect(await areAllAway()).toBeNull()
})

test('B29: waits behind a partition of higher priority, whose jobs hold the healthy nodes', async () => {
  await slurm.run('scontrol', [
    'create',
    ...['partitionname=urgent', `nodes=${slurm.nodeNames.join(',')}`, 'priorityTier=100', 'state=up'],
  ])
  try {
    for (const id of [await submit(), await submit()])
      await until(id, 'runs', ({ state }) => state === 'RUNNING')
    await submit('sleep 600', '--partition=urgent')
    const id = await submit()
    const job = await until(id, 'Slurm gives its reason', ({ reason }) =>
      /^Nodes required/.test(reason ?? ''),
    )
    expect(explainReason(job.reason).waiting).toBe('nodes')
    expect(await areAllAway()).toBeNull()
    expect(await areAllAway(`${slurm.partition},urgent`)).toBeNull()
  } finally {
    await slurm.run('scancel', ['--partition=urgent'])
    await slurm.run('scontrol', ['delete', 'partitionname=urgent'])
  }
})

test('B31: waits for a partition that is down', async () => {
  await update(`partitionname=${slurm.partition}`, 'state=down')
  await waits(await submit(), 'passes')
})

test('B31: a job that is suspended and one that is requeued are alive', async () => {
  const id = await submit('sleep 600', '--requeue')
  await until(id, 'runs', ({ state }) => state === 'RUNNING')
  await slurm.run('scontrol', ['suspend', id])
  expect(isAlive(await until(id, 'is suspended', ({ state }) => state === 'SUSPENDED'))).toBe(true)
  await slurm.run('scontrol', ['resume', id])
  await slurm.run('scontrol', ['requeuehold', id])
  await waits(id, 'blocked')
})

test('waits in vain: the partition’s limit is shorter', async () => {
  await update(`partitionname=${slurm.partition}`, 'maxtime=00:10:00')
  await waits(await submit(), 'blocked')
})

test('is held, and waits in vain', async () => {
  const job = await waits(await submit('sleep 600', '--hold'), 'blocked')
  expect(said(explainReason(job.reason).text)).toBe('The job is held')
})

test('that is cancelled is over', async () => {
  const id = await submit()
  await until(id, 'runs', ({ state }) => state === 'RUNNING')
  await slurm.run('scancel', [id])
  await over(id)
})

test.each([
  ['succeeds', 'true'],
  ['fails', 'exit 7'],
])('that %s is over', async (_what, command) => over(await submit(command)))

test('that never was is over', async () => {
  expect(await look('999999')).toBeNull()
})

test('a login host without squeue says nothing about the job', async () => {
  const without = jobCommand('1')
    .script.replace(/squeue -/g, 'no-such-squeue -')
    .replace(/scontrol -/g, 'no-such-scontrol -')
  const { stdout } = await slurm.run('sh', ['-c', without])
  expect(stdout).toMatch(/no-such-squeue.*(not found|No such file)/)
  expect(() => parseJob(stdout)).toThrow('slurm-unreachable/silent')
})
