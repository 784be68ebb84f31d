import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { adoptForgotten } from '../../../../src-main/services/sessions/adopt.ts'
import type { SlurmJob } from '../../../../src-main/protocols/slurm/job.ts'
import { parseJobEnd } from '../../../../src-main/protocols/slurm/job-end.ts'
import { SessionMemory, type RememberedSession } from '../../../../src-main/services/sessions/memory.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-memory-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const session = (number: number, startedAt: number | null = null): RememberedSession => ({
  id: `ml-alice-${number}`,
  jobId: String(number),
  port: 47_989,
  imageId: 'desktop',
  createdAt: 1000,
  startedAt,
  requestedAt: null,
  node: null,
})
const neverRestarted = parseJobEnd('JobId=3\n   JobState=RUNNING Restarts=0\n')
const memory = (site = 'demo'): SessionMemory => new SessionMemory(folder, site)

test('another run of the client remembers, newest first, each once; one file for the user alone', async () => {
  const first = memory()
  await Promise.all([
    first.remember(session(1)),
    first.remember(session(2)),
    first.remember(session(1, 5000)),
  ])
  expect(await memory().sessions()).toEqual([session(1, 5000), session(2)])
  const [file, ...more] = readdirSync(folder)
  expect(more).toEqual([])
  expect(statSync(join(folder, file ?? '')).mode & 0o777).toBe(0o600)
})

test('sites do not mix, and what is forgotten leaves no file', async () => {
  await memory('a').remember(session(1))
  expect(await memory('b').sessions()).toEqual([])
  await memory('a').forget(session(1).id)
  expect(readdirSync(folder)).toEqual([])
})

test('it is bounded, and damage is nothing remembered', async () => {
  const full = memory()
  for (let number = 0; number < 40; number++) await full.remember(session(number))
  const kept = await full.sessions()
  expect(kept).toHaveLength(32)
  expect(kept[0]?.jobId).toBe('39')
  writeFileSync(join(folder, readdirSync(folder)[0] ?? ''), '{"version":1,"sessions":[{"id":')
  expect(await full.sessions()).toEqual([])
  await full.remember(session(7))
  expect(await full.sessions()).toEqual([session(7)])
})

test('a file beyond 256 KiB is as good as damaged, whatever it holds', async () => {
  await memory().remember(session(1))
  const file = join(folder, readdirSync(folder)[0] ?? '')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.padEnd(256 * 1024))
  expect(await memory().sessions()).toEqual([session(1)])
  writeFileSync(file, text.padEnd(256 * 1024 + 1))
  expect(await memory().sessions()).toEqual([])
})

test('the typical error is the middle one of the latest', async () => {
  const one = memory()
  expect(await one.typicalErrorMs()).toBeNull()
  for (const error of [600, -100, 200, 90_000, 300]) await one.noteEstimate(error)
  expect(await one.typicalErrorMs()).toBe(300)
  for (let count = 0; count < 30; count++) await one.noteEstimate(7)
  expect(await one.typicalErrorMs()).toBe(7)
})

test('the newest whose very job runs on is adopted; jobs that are over or others by now are forgotten', async () => {
  const one = memory()
  for (const remembered of [session(1, 10_000), session(2, 20_000), session(3, 30_000), session(4)])
    await one.remember(remembered)
  const job = (startsAt: number, state = 'RUNNING'): SlurmJob => ({
    ...{ state, reason: null, node: 'n1', startsAt, ageMs: null, endsAt: null, owner: null },
    ...{ partition: 'viz', name: 'moonlight-alice' },
  })
  const jobs: Record<string, SlurmJob | null> = {
    4: null,
    // The number was given again.
    3: job(99_000),
    2: job(20_500),
    1: job(10_000),
  }
  const forgotten: string[] = []
  const deleted: string[] = []
  const held = new Set<string>()
  const adopt = (wanted: string | null) =>
    adoptForgotten(
      {
        memory: one,
        pairings: { forget: async (id) => void forgotten.push(id) },
        isHeld: (id) => held.has(id),
      },
      { job: async ({ jobId }) => jobs[jobId] ?? null, jobEnd: async () => neverRestarted },
      {
        async remove(id) {
          deleted.push(id)
          throw new Error('the portal is away')
        },
      },
      ({ id }) => wanted === null || id === wanted,
    )
  const adopted = await adopt(null)
  expect(adopted).toMatchObject({ id: session(2).id, jobId: '2', port: 47_989, status: 'running' })
  expect((await one.sessions()).map(({ jobId }) => jobId)).toEqual(['2', '1'])
  // Their hosts' certificates go, too.
  expect(forgotten).toEqual([session(4).id, session(3).id])
  // The record of one whose job is over is deleted; deleting the other's would cancel the job that has its number now.
  expect(deleted).toEqual([session(4).id])
  expect((await adopt(session(1).id))?.jobId).toBe('1')
  expect(await adopt(session(3).id)).toBeNull()
  // Another connection works with it: neither taken nor, when its job seems over, forgotten.
  held.add(session(2).id)
  jobs[2] = null
  expect((await adopt(null))?.jobId).toBe('1')
  expect((await one.sessions()).map(({ jobId }) => jobId)).toEqual(['2', '1'])
})
