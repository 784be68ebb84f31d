/** The GameStream host inside a real Slurm job: answers on the session's port, ends with its job, ends it when it dies. */
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startSite } from '../../site/index.ts'
import { markedProcesses } from '../../site/support/processes.ts'
import type { Site } from '../../site/types.ts'
import { ask, createSession, processesOf, sessionWithStatus } from './support.ts'
import type { PortalSession } from './support.ts'

let site: Site
let idle: Set<number>
beforeAll(async () => {
  site = await startSite({ desktop: 'plain' })
  idle = new Set(processesOf(site.directory))
})
afterAll(() => site.dispose())

/** Creates a session and waits until its host answers. */
async function readySession(): Promise<PortalSession> {
  const session = await createSession(site)
  const answer = await vi.waitUntil(
    async () => {
      const url = `http://127.0.0.1:${session.sunshine_port}/serverinfo`
      return await fetch(url).then(
        (response) => response.text(),
        () => null,
      )
    },
    { timeout: 30_000, message: 'the host answers' },
  )
  expect(answer).toContain('status_code="200"')
  return session
}

const nothingMoreThanBefore = () =>
  vi.waitUntil(() => processesOf(site.directory).every((pid) => idle.has(pid)), {
    timeout: 30_000,
    message: 'the job’s processes are gone',
  })

test('deleting a session ends its host and everything the host started', async () => {
  const session = await readySession()
  expect(processesOf(site.directory).filter((pid) => !idle.has(pid)).length).toBeGreaterThan(2)
  await ask(site, 'DELETE', `/api/moonlight/sessions/${session.session_id}`)
  await vi.waitUntil(async () => (await site.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'the job is gone',
  })
  await nothingMoreThanBefore()
})

test('host-killed: the job ends and the portal says completed', async () => {
  const session = await readySession()
  await site.setFault('host-killed', true)
  await sessionWithStatus(site, session.session_id, ['completed'])
  await nothingMoreThanBefore()
  await ask(site, 'DELETE', `/api/moonlight/sessions/${session.session_id}`)
})

test('F4: a host that is stopped for a moment: the job runs on, and its host answers again', async () => {
  const session = await readySession()
  const hosts = markedProcesses(site.directory, /host\/main\.ts/)
  for (const pid of hosts) process.kill(pid, 'SIGSTOP')
  await vi.waitUntil(() => markedProcesses(site.directory, /^sleep 1 ?$/).length > 0, {
    timeout: 30_000,
    message: 'the job has looked at it',
  })
  for (const pid of hosts) process.kill(pid, 'SIGCONT')
  const again = await fetch(`http://127.0.0.1:${session.sunshine_port}/serverinfo`)
  expect([again.status, await site.activeJobs()]).toEqual([200, [session.slurm_job_id]])
  await ask(site, 'DELETE', `/api/moonlight/sessions/${session.session_id}`)
  await nothingMoreThanBefore()
})

test('a site goes with a host running and leaves nothing', async () => {
  await readySession()
  await site.dispose()
  expect(processesOf(site.directory)).toEqual([])
  expect(existsSync(site.directory)).toBe(false)
})
