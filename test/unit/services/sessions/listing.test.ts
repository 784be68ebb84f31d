/** Sessions of a portal that forgets them now and then. */
import { expect, test } from 'vitest'
import { knownSessions } from '../../../../src-main/services/sessions/listing.ts'
import type { RememberedSession } from '../../../../src-main/services/sessions/memory.ts'
import type { SessionRecord } from '../../../../src-main/services/sessions/source.ts'
import type { SlurmJob } from '../../../../src-main/protocols/slurm/job.ts'

const record = (number: number, status = 'running'): SessionRecord => ({
  ...{ id: `ml-alice-${number}`, jobId: String(number), port: 47_989, imageId: null, createdAt: 0, status },
})
const remembered = (number: number, user = 'alice'): RememberedSession => ({
  ...{ id: `ml-${user}-${number}`, jobId: String(number), port: 47_989, imageId: null, createdAt: 0 },
  ...{ startedAt: 1, requestedAt: 1, node: 'viz3' },
})
const job = (state: string): SlurmJob => ({
  ...{ state, reason: null, node: state === 'RUNNING' ? 'viz7' : null, startsAt: null, endsAt: null },
  ...{ ageMs: null, owner: null, partition: null, name: null },
})

/** A portal whose lists take turns. */
function portal(lists: (SessionRecord[] | Error)[], jobs: Record<string, SlurmJob | Error> = {}) {
  const asked: string[] = []
  return {
    asked,
    list: async () => {
      const list = lists[asked.filter((what) => what === 'list').length % lists.length]!
      asked.push('list')
      if (list instanceof Error) throw list
      return list
    },
    job: async ({ jobId }: { jobId: string }) => {
      asked.push(jobId)
      const answer = jobs[jobId] ?? null
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}
const ids = (sessions: SessionRecord[]): string[] => sessions.map(({ id, node }) => `${id} ${node}`)

test('two lists that take turns are one', async () => {
  const source = portal([[], [record(1)]])
  expect(ids(await knownSessions(source, [remembered(1)], 'alice'))).toEqual(['ml-alice-1 viz3'])
  expect(source.asked).toEqual(['list', 'list'])
})

test('what the portal has forgotten is listed while its job waits or runs', async () => {
  const jobs = { 1: job('RUNNING'), 2: job('PENDING'), 3: job('COMPLETED'), 4: new Error('no table') }
  const source = portal([[]], jobs)
  const memory = [1, 2, 3, 4, 5].map((number) => remembered(number))
  expect(ids(await knownSessions(source, memory, 'alice'))).toEqual(['ml-alice-1 viz7', 'ml-alice-2 null'])
  expect(source.asked).toEqual(['list', 'list', 'list', '1', '2', '3', '4', '5'])
})

test('nothing is asked twice where all is there, for another user, or of Slurm itself', async () => {
  const here = portal([[record(1)]])
  await knownSessions(here, [remembered(1), remembered(2, 'bob')], 'alice')
  expect(here.asked).toEqual(['list'])
  const { asked, list } = portal([[]])
  expect(await knownSessions({ list }, [remembered(1)], 'alice')).toEqual([])
  expect(asked).toEqual(['list'])
})

test('a node is that of the very job while it runs', async () => {
  const source = portal([[record(1), record(2, 'pending'), { ...record(3), jobId: '33' }]])
  const memory = [1, 2, 3].map((number) => remembered(number))
  expect(ids(await knownSessions(source, memory, 'alice'))).toEqual([
    'ml-alice-1 viz3',
    'ml-alice-2 null',
    'ml-alice-3 null',
  ])
})

test('the first list’s failure is the answer, a later one’s is none', async () => {
  await expect(knownSessions(portal([new Error('away')]), [], 'alice')).rejects.toThrow('away')
  const source = portal([[], new Error('away'), [record(1)]])
  expect(ids(await knownSessions(source, [remembered(1)], 'alice'))).toEqual(['ml-alice-1 viz3'])
})
