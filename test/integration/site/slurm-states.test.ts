/** Jobs on the site's real Slurm in the states that clients meet: why they wait, how they end. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { userInfo, tmpdir } from 'node:os'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startSlurm } from '../../site/slurm/index.ts'
import type { Slurm } from '../../site/slurm/index.ts'

let directory = ''
let slurm: Slurm
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
  slurm = await startSlurm({
    directory: join(directory, 'slurm'),
    nodes: 2,
    gpusPerNode: 1,
    user: userInfo().username,
    environment: { PATH: process.env.PATH, HOME: directory, USER: userInfo().username },
  })
})
afterAll(async () => {
  await slurm?.dispose()
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
})
afterEach(async () => {
  const jobs = await slurm.activeJobs()
  if (jobs.length > 0) await slurm.run('scancel', jobs)
  await vi.waitUntil(async () => (await slurm.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'no job is left',
  })
})

async function submit(...args: string[]): Promise<string> {
  const script = args.at(-1)!
  const done = await slurm.run('sbatch', [
    '--parsable',
    `--output=${join(directory, 'job-%j.log')}`,
    ...args.slice(0, -1),
    '--wrap',
    script,
  ])
  if (done.code !== 0) throw new Error(done.stderr.trim())
  return done.stdout.trim()
}

/** State and reason as squeue shows them; empty once it has forgotten the job. */
const stateOf = async (job: string): Promise<string> =>
  (await slurm.run('squeue', ['-h', '-t', 'all', '-j', job, '-o', '%T %r'])).stdout.trim()

const reaches = (job: string, pattern: RegExp): Promise<string> =>
  vi.waitUntil(
    async () => {
      const state = await stateOf(job)
      return pattern.test(state) ? state : null
    },
    { timeout: 30_000, message: `${job} is ${String(pattern)}` },
  )

const nodeState = async (name: string): Promise<string> =>
  (await slurm.run('sinfo', ['-h', '-N', '-n', name, '-o', '%T|%E'])).stdout.trim()

test('waits for resources while all nodes are full, and runs when one is free', async () => {
  const whole = ['--mem=31000', '--time=10', 'sleep 600']
  const [first, second] = [await submit(...whole), await submit(...whole)]
  await reaches(second, /^RUNNING/)
  const third = await submit(...whole)
  await reaches(third, /^PENDING (Resources|Priority)/)
  await slurm.run('scancel', [first])
  await reaches(third, /^RUNNING/)
})

test('a request that nothing can ever satisfy is refused at once', async () => {
  for (const [args, words] of [
    [
      ['--mem=99999999'],
      /Memory specification can not be satisfied|Requested node configuration is not available/,
    ],
    [['--gres=gpu:9'], /Requested node configuration is not available/],
    [['--partition=nowhere'], /invalid partition specified/],
  ] as const)
    await expect(submit(...args, 'true'), args[0]).rejects.toThrow(words)
  expect(await slurm.activeJobs()).toEqual([])
})

test.each([
  ['--time=999:00:00', /^PENDING PartitionTimeLimit/],
  ['--nodes=9', /^PENDING (PartitionConfig|PartitionNodeLimit|Resources|BadConstraints)/],
])('%s is more than the partition has: taken, and waits for ever with the reason', async (request, state) => {
  await reaches(await submit(request, 'true'), state)
})

test('a drained node takes nothing more and says why; its job runs on', async () => {
  const [running, name] = [await submit('--nodelist=viz-node001', 'sleep 600'), 'viz-node001']
  await reaches(running, /^RUNNING/)
  await slurm.setNodeDrained(name, true)
  expect(await nodeState(name)).toBe('draining|fan replacement on Friday')
  const waiting = await submit(`--nodelist=${name}`, 'sleep 600')
  await reaches(waiting, /^PENDING .*(ReqNodeNotAvail|DRAINED|Resources)/)
  expect(await stateOf(running)).toMatch(/^RUNNING/)
  await slurm.run('scancel', [running])
  await vi.waitUntil(async () => (await nodeState(name)).startsWith('drained'), {
    timeout: 30_000,
    message: 'drained',
  })
  await slurm.setNodeDrained(name, false)
  await reaches(waiting, /^RUNNING/)
})

test('nodes down: what waits says so, and starts when they are back', async () => {
  for (const name of slurm.nodeNames) await slurm.setNodeDown(name, true)
  expect(await nodeState('viz-node002')).toBe('down|power supply failed')
  const job = await submit('sleep 600')
  await reaches(job, /^PENDING .*(ReqNodeNotAvail|DOWN|Resources)/)
  for (const name of slurm.nodeNames) await slurm.setNodeDown(name, false)
  await reaches(job, /^RUNNING/)
})

test('the partition down: jobs wait; missing: they are refused', async () => {
  await slurm.setPartition('down')
  const job = await submit('sleep 600')
  await reaches(job, /^PENDING PartitionDown/)
  await slurm.run('scancel', [job])
  await vi.waitUntil(async () => (await slurm.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'gone',
  })
  await slurm.setPartition('up')
  // A partition cannot be removed while Slurm still remembers a job of it as completing.
  await vi.waitUntil(
    () =>
      slurm.setPartition('missing').then(
        () => true as const,
        () => null,
      ),
    { timeout: 30_000, message: 'removed' },
  )
  await expect(submit('--partition=viz', 'true')).rejects.toThrow('invalid partition specified')
  await slurm.setPartition('up')
  await reaches(await submit('sleep 600'), /^RUNNING/)
})

test('cancelled, failed, completed', async () => {
  const cancelled = await submit('sleep 600')
  await reaches(cancelled, /^RUNNING/)
  await slurm.run('scancel', [cancelled])
  await reaches(cancelled, /^CANCELLED/)
  const failed = await submit('exit 7')
  expect(await reaches(failed, /^FAILED/)).toBe('FAILED NonZeroExitCode')
  const shown = await slurm.run('scontrol', ['show', 'job', failed])
  expect(shown.stdout).toMatch(/ExitCode=7:0/)
  await reaches(await submit('true'), /^COMPLETED/)
  const early = await submit('sleep 600')
  await slurm.run('scancel', [early])
  await reaches(early, /^CANCELLED/)
})

test('the folder of its log is missing: the job ends before its first line', async () => {
  const job = await submit(`--output=${join(directory, 'nowhere', 'job.log')}`, 'sleep 600')
  await reaches(job, /^FAILED/)
  const shown = await slurm.run('scontrol', ['show', 'job', job])
  expect(shown.stdout).toMatch(/Reason=(JobLaunchFailure|RaisedSignal|NonZeroExitCode)[\s\S]*ExitCode=0:53/)
})

test('its node dies: the job runs on paper, then waits again under the same id', async () => {
  const job = await submit('--nodelist=viz-node002', 'sleep 600')
  await reaches(job, /^RUNNING/)
  await slurm.setNodeRunning('viz-node002', false)
  await reaches(job, /^PENDING BeginTime/)
  expect(await nodeState('viz-node002')).toMatch(/^down\*\|Not responding/)
  await slurm.run('scancel', [job])
  await slurm.setNodeRunning('viz-node002', true)
  expect(await nodeState('viz-node002')).toMatch(/^idle/)
})

test('the controller stops and starts again: a job runs through it', async () => {
  const job = await submit('sleep 600')
  await reaches(job, /^RUNNING/)
  await slurm.setControllerRunning(false)
  const asked = await slurm.run('squeue', ['-h'], 5000)
  expect(asked.timedOut || asked.code !== 0).toBe(true)
  await slurm.setControllerRunning(true)
  expect(await stateOf(job)).toMatch(/^RUNNING/)
})
