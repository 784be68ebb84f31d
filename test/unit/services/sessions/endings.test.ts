import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { foreignJob } from '../../../../src-main/protocols/slurm/cancel.ts'
import type { SlurmJob } from '../../../../src-main/protocols/slurm/job.ts'
import { slurmSilent } from '../../../../src-main/protocols/slurm/silence.ts'
import { programMissing } from '../../../../src-main/protocols/ssh/failures.ts'
import { EndingRetries } from '../../../../src-main/services/sessions/ending-retries.ts'
import type { EndServices } from '../../../../src-main/services/sessions/end-session.ts'
import { SessionRegistry } from '../../../../src-main/services/sessions/site-sessions.ts'
import { sentenceOf } from '../../../../src-main/shared/failure-text.ts'
import { english } from '../../../support/english.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-endings-'))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

const session = { id: 'ml-ada-1', jobId: '1', kind: 'stream' as const, user: null }
const silent = slurmSilent('squeue', 'Unable to contact slurm controller\nsqueue ended: 1')
const running = (user = 'ada'): SlurmJob => ({
  ...{ state: 'RUNNING', reason: null, node: 'n1', startsAt: 0, ageMs: 0, endsAt: null },
  ...{ owner: { name: user, uid: 1000 }, partition: 'viz', name: 'moonlight-ada' },
})

/** A site on which one job runs, and what was done to it. */
function site() {
  const done: string[] = []
  const forgotten: string[] = []
  const state = {
    /** What Slurm says; null: the job is gone. */
    job: running() as SlurmJob | Error | null,
    /** What the portal's table says where Slurm is silent; undefined: it has none. */
    table: undefined as SlurmJob | Error | null | undefined,
    /** Whether the portal cancels the job that it forgets. */
    portalCancels: true,
    portal: true as boolean | Error,
  }
  const answer = <T>(value: T | Error): T => {
    if (value instanceof Error) throw value
    return value
  }
  const way: EndServices = {
    source: {
      async remove(id) {
        done.push(`remove ${id}`)
        if (state.portalCancels && state.portal === true) state.job = null
        return answer(state.portal)
      },
      async job() {
        if (state.table === undefined) throw new Error('there is no table')
        return answer(state.table)
      },
    },
    cluster: {
      userName: 'ada',
      job: async () => answer(state.job),
      async cancelJob() {
        done.push('cancel')
        state.job = null
      },
    },
  }
  const registry = new SessionRegistry({
    dataFolder: folder,
    clock: { now: () => Date.now() },
    secrets: {
      persistent: true,
      get: async () => null,
      set: async () => undefined,
      delete: async () => void forgotten.push('pairing'),
    },
  })
  return { state, done, forgotten, way, registry, endings: registry.of('demo').endings }
}

/** The answer while time passes as fast as it can; files are read in their own time. */
async function settled<T>(work: Promise<T>): Promise<T> {
  let done = false
  const over = work.finally(() => (done = true))
  over.catch(() => undefined)
  while (!done) {
    await vi.advanceTimersByTimeAsync(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return over
}

test('the portal ends it, Slurm says so, and nothing of it is kept', async () => {
  const { done, forgotten, way, endings, registry } = site()
  await registry.of('demo').memory.remember({
    ...session,
    port: 1,
    imageId: null,
    createdAt: 0,
    startedAt: 0,
    requestedAt: 0,
    node: null,
  })
  expect(await settled(endings.attempt(session, way))).toBeNull()
  expect([done, forgotten]).toEqual([['remove ml-ada-1'], ['pairing']])
  expect([await endings.all(), await registry.of('demo').memory.sessions()]).toEqual([[], []])
})

test('a portal that says “ended” while the job runs on is not believed: the user’s own rights end it', async () => {
  const { state, done, way, endings } = site()
  state.portalCancels = false
  expect(await settled(endings.attempt(session, way))).toBeNull()
  expect(done).toEqual(['remove ml-ada-1', 'cancel'])
})

test('a job of the portal’s own that runs on: nothing is cancelled, and it stays one that is being ended', async () => {
  const { state, done, forgotten, way, endings } = site()
  state.portalCancels = false
  state.job = running('koopark')
  const failure = await settled(endings.attempt(session, way))
  expect(english(failure).message).toBe('The job was asked to end, and still runs.')
  expect([done, forgotten]).toEqual([['remove ml-ada-1'], []])
  expect(await endings.all()).toMatchObject([{ ...session, why: sentenceOf(failure!) }])
})

test('while Slurm is silent nothing is sent to the portal, and what leads back is kept', async () => {
  const { state, done, forgotten, way, endings } = site()
  state.job = silent
  const failure = await settled(endings.attempt(session, way))
  expect(failure?.kind).toBe('slurm-unreachable')
  expect([done, forgotten]).toEqual([[], []])
  expect(await endings.find(session.id)).toMatchObject({
    why: { key: 'failures.slurm-unreachable.silent.message' },
  })
  // The portal's table may know more than the login host.
  state.table = running('koopark')
  state.job = silent
  await settled(endings.attempt(session, way))
  expect(done).toEqual(['remove ml-ada-1'])
})

test('without Slurm on the login host, and without a table, the portal’s word counts', async () => {
  const { state, done, way, endings } = site()
  state.portalCancels = false
  state.job = programMissing('squeue', 'login')
  expect(await settled(endings.attempt(session, way))).toBeNull()
  expect(done).toEqual(['remove ml-ada-1'])
})

test.each(['Slurm', 'the table'])(
  'a record that names another job, by %s: neither portal nor user end anything',
  async (by) => {
    const { state, done, forgotten, way, endings } = site()
    const foreign = foreignJob({ user: 'ada', partition: 'batch', name: 'simulation' })
    if (by === 'Slurm') state.job = foreign
    else [state.job, state.table] = [silent, foreign]
    expect((await failureOf(settled(endings.attempt(session, way)))).kind).toBe('foreign-job')
    expect([done, forgotten, await endings.all()]).toEqual([[], [], []])
  },
)

test('another run of the client continues by itself, with longer and longer pauses, until it is over', async () => {
  const first = site()
  first.state.job = silent
  await settled(first.endings.attempt(session, first.way))

  const { state, way, registry, endings } = site()
  state.job = silent
  const attempts: number[] = []
  const started = Date.now()
  const retries = new EndingRetries({
    registry,
    logger: collectingLogger(),
    again: async (_siteId, ending) => {
      attempts.push(Math.round((Date.now() - started) / 1000))
      await endings.attempt(ending, way)
    },
  })
  await retries.resume(['demo', 'other'])
  // An attempt ends in the next pause, or in nothing left to end: files are read in their own time.
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      await vi.advanceTimersByTimeAsync(1000)
      while (vi.getTimerCount() === 0 && (await endings.all()).length > 0)
        await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await pass(220)
  expect(attempts).toEqual([3, 9, 21, 45, 93, 153, 213])
  state.job = running()
  await pass(60)
  expect(attempts).toHaveLength(8)
  expect(await endings.all()).toEqual([])
  await pass(120)
  expect(attempts).toHaveLength(8)
  await retries.dispose()
})
