/** A session that the portal forgot is taken up by its job, and only by that very job. */
import { expect, test } from 'vitest'
import { adoptForgotten } from '../../../../src-main/services/sessions/adopt.ts'
import { slurmSilent } from '../../../../src-main/protocols/slurm/silence.ts'
import { programMissing } from '../../../../src-main/protocols/ssh/failures.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'
import type { JobEnd } from '../../../../src-main/protocols/slurm/job-end.ts'
import type { SlurmJob } from '../../../../src-main/protocols/slurm/job.ts'

const remembered = {
  id: 'ml-ada-1',
  jobId: '7',
  port: 47_989,
  imageId: null,
  createdAt: 1,
  startedAt: 1_000_000,
  requestedAt: null,
  node: null,
}

async function adopt(
  startsAt: number | null,
  { state = 'RUNNING', restarts = 0 }: { state?: string; restarts?: number | null } = {},
) {
  const forgotten: string[] = []
  const forget = async (id: string): Promise<void> => void forgotten.push(id)
  const job: SlurmJob = {
    ...{ state, reason: null, node: 'n1', startsAt, ageMs: null, endsAt: null, owner: null },
    ...{ partition: 'viz', name: 'moonlight-ada' },
  }
  const sessions = {
    memory: { sessions: async () => [remembered], forget },
    pairings: { forget: (id: string) => forget(`pairing of ${id}`) },
    isHeld: () => false,
  }
  const end: JobEnd = {
    ...{
      state,
      restarts: restarts ?? 0,
      exitCode: null,
      logFile: null,
      node: 'n1',
      name: 'moonlight-ada',
      partition: 'viz',
    },
    ...{ uid: 1000, cancelledBy: null },
  }
  const cluster = { job: async () => job, jobEnd: async () => (restarts === null ? null : end) }
  const found = await adoptForgotten(sessions, cluster, { remove: async () => true })
  return { found: found?.id ?? null, forgotten }
}

test.each([0, 1000, -2000])('the job that started %i ms beside what is remembered is it', async (off) => {
  expect(await adopt(remembered.startedAt + off)).toEqual({ found: 'ml-ada-1', forgotten: [] })
})

test.each([2100, -2100, 86_400_000])(
  'one that started %i ms beside it got the same number later',
  async (off) => {
    expect(await adopt(remembered.startedAt + off)).toEqual({
      found: null,
      forgotten: ['ml-ada-1', 'pairing of ml-ada-1'],
    })
  },
)

test.each([
  ['waits again', null, 'PENDING'],
  ['runs again', remembered.startedAt + 86_400_000, 'RUNNING'],
] as const)(
  'B54: one that Slurm has put back into the queue is it: it %s',
  async (_what, startsAt, state) => {
    // What was known of its host ended with it.
    const forgotten = ['pairing of ml-ada-1']
    expect(await adopt(startsAt, { state, restarts: 1 })).toEqual({ found: 'ml-ada-1', forgotten })
    expect((await adopt(startsAt, { state })).found).toBeNull()
  },
)

test('one that waits again is it, also where Slurm does not say how often it was put back', async () => {
  const forgotten = ['pairing of ml-ada-1']
  expect(await adopt(null, { state: 'PENDING', restarts: null })).toEqual({ found: 'ml-ada-1', forgotten })
})

test.each([
  ['completes: it may be on its way back into the queue', remembered.startedAt, 'COMPLETING'],
  ['runs, and how often it was put back cannot be known', remembered.startedAt + 86_400_000, 'RUNNING'],
] as const)('one that %s is not forgotten', async (_what, startsAt, state) => {
  expect(await adopt(startsAt, { state, restarts: null })).toEqual({ found: null, forgotten: [] })
})

/** What becomes of the wish for a session while the question about the remembered one fails. */
async function whileAsking(error: Error) {
  const forgotten: string[] = []
  const forget = async (id: string): Promise<void> => void forgotten.push(id)
  const sessions = {
    memory: { sessions: async () => [remembered], forget },
    pairings: { forget },
    isHeld: () => false,
  }
  const found = adoptForgotten(
    sessions,
    { job: () => Promise.reject(error), jobEnd: async () => null },
    { remove: async () => true },
  )
  return { found: await found.catch((thrown: unknown) => toFailure(thrown).kind), forgotten }
}

test('while Slurm is silent no second session is asked for beside the one that may run', async () => {
  expect(await whileAsking(slurmSilent('squeue', 'squeue ended: 124'))).toEqual({
    found: 'slurm-unreachable',
    forgotten: [],
  })
})

test('a login host without Slurm’s programs can say nothing, and keeps no user from a desktop', async () => {
  expect(await whileAsking(programMissing('squeue', 'login'))).toEqual({
    found: null,
    forgotten: [],
  })
})
