/** A session's job is followed through what Slurm says, and through its silences. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PortalSession } from '../../../../src-main/protocols/portal/moonlight.ts'
import { parseJob } from '../../../../src-main/protocols/slurm/job.ts'
import { unheard } from '../../../../src-main/protocols/ssh/failures.ts'
import { SessionJob } from '../../../../src-main/services/sessions/job.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { someFailure } from '../../../support/some-failure.ts'
import type { Text } from '../../../../src-main/shared/texts/index.ts'
import { said as inEnglish } from '../../../support/texts.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const session: PortalSession = {
  id: 'ml-alice-1',
  imageId: 'desktop',
  status: 'starting',
  port: 47_989,
  jobId: '1',
  createdAt: 0,
}
const silence = 'slurm_load_jobs error: Unable to contact slurm controller\nsqueue ended: 1'
const running = 'job|RUNNING|None|viz-node001|1795438390|1795467190\nsqueue ended: 0'
const gone =
  'squeue ended: 1\nslurm_load_jobs error: Invalid job id specified\nscontrol ended: 1\nslurm_load_jobs error: Invalid job id specified\nasked everywhere\n'
const drained =
  'job|PENDING|Nodes required for job are DOWN, DRAINED or reserved||N/A|N/A|ada|1000|viz|x\nsqueue ended: 0'
const pending = 'job|PENDING|Resources||N/A|N/A\nsqueue ended: 0'
const impossible = 'job|PENDING|BadConstraints||N/A|N/A\nsqueue ended: 0'
const away = [{ name: 'viz1', state: 'down*', reason: 'fan replacement' }]

const lost = someFailure('link-lost')
const unreachable = someFailure('login-unreachable')
const keyChanged = someFailure('host-key-changed')

const unmeasured = {
  gpus: null,
  cpusAllocated: 0,
  cpusTotal: 8,
  cpuLoad: null,
  memoryMb: null,
  freeMemoryMb: null,
}

/** Slurm says one text after the other, the last one for ever; an error means a way to it that is gone. */
function following(
  answers: (string | Error)[],
  portalSays: string | null,
  endState: string | (() => string) = 'FAILED',
  memory: ConstructorParameters<typeof SessionJob>[4] = null,
  { nodes = away, wait = true }: { nodes?: typeof away; wait?: boolean } = {},
) {
  const said: string[] = []
  const blocked: string[] = []
  const job = new SessionJob(
    session,
    { statusOf: async () => portalSays },
    {
      job: async () => {
        const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? ''
        if (typeof answer !== 'string') throw answer
        return parseJob(answer)
      },
      jobEnd: async () => ({
        ...{
          state: typeof endState === 'string' ? endState : endState(),
          exitCode: '7:0',
          logFile: '/scratch/job.log',
        },
        ...{
          name: 'moonlight-alice',
          partition: 'viz',
          uid: 1000,
          node: 'viz-node009',
          cancelledBy: null,
          restarts: 0,
        },
      }),
      jobLog: async () => 'the end of the log',
      hostLog: async () => null,
      nodes: async () => nodes.map((node) => ({ ...unmeasured, ...node })),
    },
    () => undefined,
    memory,
  )
  const describe = (text: Text, isBlocked: boolean): void => {
    said.push(inEnglish(text))
    if (isBlocked) blocked.push(inEnglish(text))
  }
  const started = job.untilStarted(new AbortController().signal, describe, wait)
  return { job, said, blocked, started }
}

test('a silence of Slurm is waited through', async () => {
  const { job, said, started } = following([pending, silence, silence, pending, silence, running], 'running')
  await vi.advanceTimersByTimeAsync(10_000)
  await started
  expect(job.node).toBe('viz-node001')
  expect(said).toContain('Slurm does not answer at the moment')
})

test('a shell that does not start is no silence of Slurm: its start-up files are named', async () => {
  const slow = { host: 'login1', files: '~/.bashrc', instead: '', end: null, startsForMs: 60_000 }
  const { said, started } = following([unheard(slow), running], 'running')
  await vi.advanceTimersByTimeAsync(10_000)
  await started
  expect(said).toEqual(['The start-up files of your shell on login1 (~/.bashrc) still run after 60 s.'])
})

test('a silence without end is named', async () => {
  const { started } = following([pending, silence], 'running')
  const failure = failureOf(started)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(await failure).toMatchObject({ kind: 'slurm-unreachable' })
})

test('a link that is lost is made again, with pauses', async () => {
  const { job, said, started } = following(
    [pending, lost, unreachable, unreachable, pending, lost, running],
    'running',
  )
  await vi.advanceTimersByTimeAsync(20_000)
  await started
  expect(job.node).toBe('viz-node001')
  expect(said).toContain('The cluster cannot be reached at the moment; trying again')
})

/** A computer that slept an hour, or whose clock was put right: its timers know nothing of that hour. */
const clockLeaps = (): void => void vi.setSystemTime(Date.now() + 3_600_000)

test('a computer that slept still has its patience with the network', async () => {
  const { job, started } = following([pending, lost, unreachable, unreachable, running], 'running')
  await vi.advanceTimersByTimeAsync(1200)
  clockLeaps()
  await vi.advanceTimersByTimeAsync(20_000)
  await started
  expect(job.node).toBe('viz-node001')
})

test('a computer that slept still has its patience with Slurm', async () => {
  const { job, started } = following([pending, silence, silence, running], 'running')
  await vi.advanceTimersByTimeAsync(1200)
  clockLeaps()
  await vi.advanceTimersByTimeAsync(20_000)
  await started
  expect(job.node).toBe('viz-node001')
})

test.each([
  ['a network that does not come back', unreachable, 310_000],
  ['another host key after a loss', keyChanged, 10_000],
])('%s is named', async (_what, error, ms) => {
  const { started } = following([pending, lost, error], 'running')
  const failure = failureOf(started)
  await vi.advanceTimersByTimeAsync(ms)
  expect(await failure).toMatchObject({ kind: error.kind })
})

test.each([
  ['completed', 'job-ended-early'],
  ['running', 'job-ended-early'],
  [null, 'job-ended-early'],
])('a job that is gone, while the portal says %s', async (portalSays, kind) => {
  const { started } = following([pending, gone], portalSays)
  const failure = failureOf(started)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await failure).toMatchObject({ kind })
  expect(JSON.stringify((await failure).evidence)).toContain('the end of the log')
})

test.each([
  ['FAILED', 'job-ended-early', 'failed', 'FAILED, exit status 7'],
  ['CANCELLED', 'queue-cancelled', 'cancelled', 'CANCELLED, exit status 7'],
  ['TIMEOUT', 'job-ended-early', 'time-limit', 'TIMEOUT'],
  ['NODE_FAIL', 'job-ended-early', 'node-failed', 'NODE_FAIL'],
  ['OUT_OF_MEMORY', 'job-ended-early', 'out-of-memory', 'OUT_OF_MEMORY'],
  ['PREEMPTED', 'job-ended-early', 'preempted', 'PREEMPTED'],
])('Slurm says %s', async (state, kind, reason, evidence) => {
  const { started } = following([pending, gone], 'completed', state)
  const failure = failureOf(started)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(await failure).toMatchObject({ kind, reason })
  expect(JSON.stringify((await failure).evidence)).toContain(evidence)
})

const leaving = 'job|COMPLETING|None|viz-node001|1795438390|1795438440\nsqueue ended: 0'

test('one that completes for a minute and waits again was put back into the queue: it is waited for', async () => {
  const looks = Array.from({ length: 60 }, () => leaving)
  const { job, said, started } = following([...looks, pending, running], null, 'COMPLETING')
  await vi.advanceTimersByTimeAsync(120_000)
  await started
  expect(job.isOver).toBe(false)
  expect(said).toContain('Slurm ends the job on its node; it does not say yet whether it comes back')
})

test('one that completes for a minute and is over then ends with the cause', async () => {
  let looks = 0
  const { started } = following([leaving], null, () => (looks++ < 60 ? 'COMPLETING' : 'TIMEOUT'))
  const failure = failureOf(started)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(await failure).toMatchObject({ kind: 'job-ended-early', reason: 'time-limit' })
})

test('while it completes nothing is said of its end, nor that it runs on', async () => {
  const { job, started } = following([running, leaving], null, 'COMPLETING')
  await started
  const look = job.look()
  await vi.advanceTimersByTimeAsync(20_000)
  await look
  expect([job.isOver, job.isCompleting]).toEqual([false, true])
})

test('a job that the portal has only just made is not gone yet', async () => {
  const { started } = following([gone, gone, running], 'starting')
  await vi.advanceTimersByTimeAsync(10_000)
  await started
})

const shortly = (state: string, reason: string): string => `job|${state}|${reason}||N/A|N/A\nsqueue ended: 0`

test.each([
  [
    'all nodes are down',
    drained,
    /^It does not start by itself.* All nodes for this job are down or drained \(viz1: fan replacement\)\.$/,
  ],
  ['no node can run it', impossible, / No node of the partition can run this job\.$/],
  ['it is held', shortly('PENDING', 'launch failed requeued held'), / Slurm holds the job/],
  ['it is held after a requeue', shortly('REQUEUE_HOLD', ''), / Slurm holds the job/],
])(
  'B31: where waiting alone does not help, that is said, and the place is kept: %s',
  async (_what, answer, words) => {
    const { started, blocked, said } = following([...Array<string>(8).fill(answer), running], 'pending')
    await vi.advanceTimersByTimeAsync(30_000)
    await started
    expect(blocked[0]).toMatch(words)
    // Right after a submission Slurm says so for a moment.
    expect(said.length).toBeGreaterThan(blocked.length)
  },
)

test('no user can decide: it ends, with the reason', async () => {
  const { started } = following([impossible], 'pending', 'FAILED', null, { wait: false })
  const failure = failureOf(started)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await failure).toMatchObject({ kind: 'job-blocked', evidence: [{ value: 'BadConstraints' }] })
})

test.each([
  [
    'B29: jobs of a partition of higher priority',
    drained,
    [{ name: 'viz1', state: 'allocated', reason: '' }],
  ],
  ['nodes that cannot be seen', drained, []],
  ['B31: a partition that is down', shortly('PENDING', 'PartitionDown'), away],
  ['B31: a job that is suspended', shortly('SUSPENDED', 'None'), away],
  ['B31: one that goes back into the queue', shortly('REQUEUED', 'None'), away],
  ['a state that is not known', shortly('POWERING_NODE', 'None'), away],
])('%s: it waits', async (_what, answer, nodes) => {
  const { started, blocked } = following(
    [...Array<string>(60).fill(answer), running],
    'pending',
    'FAILED',
    null,
    {
      nodes,
      wait: false,
    },
  )
  await vi.advanceTimersByTimeAsync(90_000)
  await started
  expect(blocked).toEqual([])
})

test('nodes that come back are seen', async () => {
  const nodes = [...away]
  const { started, blocked, said } = following(
    [...Array<string>(50).fill(drained), running],
    'pending',
    'FAILED',
    null,
    {
      nodes,
    },
  )
  await vi.advanceTimersByTimeAsync(20_000)
  expect(blocked.length).toBeGreaterThan(0)
  nodes[0] = { name: 'viz1', state: 'idle', reason: '' }
  await vi.advanceTimersByTimeAsync(50_000)
  await started
  expect(said.at(-1)).toBe('The nodes for this job are busy, reserved or down')
})

test('an expected start comes with how good such estimates were, and teaches how good this one was', async () => {
  vi.setSystemTime(1795438000_000)
  const minute = 60_000
  const noted: number[] = []
  const memory = {
    typicalErrorMs: () => Promise.resolve(7 * minute),
    noteEstimate: (error: number) => {
      noted.push(error)
      return Promise.reject(new Error('the disk is full'))
    },
  }
  // The first estimate counts: later ones only come closer. The job starts 110 s before it.
  const expected = (at: number) => `job|PENDING|Resources||${at}|N/A\nsqueue ended: 0`
  const { said, started } = following(
    [pending, expected(1795438500), expected(1795438400), running],
    'running',
    'FAILED',
    memory,
  )
  await vi.advanceTimersByTimeAsync(10_000)
  await started
  expect(noted).toEqual([110_000])
  expect(said[0]).not.toMatch(/expected/)
  expect(said[1]).toMatch(/; expected at \d\d:\d\d; such estimates were off by about 7 min lately$/)
})
