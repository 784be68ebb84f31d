/** What happens to a session that waits in the queue when the network does not last, or the user's patience. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isOver, startTestClient, type TestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { overSsh } from '../site/ssh.ts'
import { english } from '../../support/english.ts'
import { said } from '../../support/texts.ts'

let here: TestSite
let impatient: TestClient
beforeAll(async () => {
  here = await startTestSite()
  impatient = await startTestClient(here.site.ready.profile, {
    dataFolder: join(here.home, 'impatient'),
    limits: { queueSeconds: 3 },
  })
})
afterAll(async () => {
  await impatient.dispose()
  await here.dispose()
})

/** Fills the only node with a job of somebody else's. @returns frees it */
async function fillNode(): Promise<() => Promise<void>> {
  const id = (
    await overSsh(here.site, 'sbatch --parsable --mem=31000 --output=/dev/null --wrap "sleep 600"')
  ).trim()
  await vi.waitUntil(
    async () => (await overSsh(here.site, `squeue -h -j ${id} -o %T`)).trim() === 'RUNNING',
    { timeout: 30_000, message: 'the node is taken' },
  )
  return async () => void (await overSsh(here.site, `scancel ${id}`))
}

test('the login is lost and comes back: the same session keeps its place and starts', async () => {
  await here.leavesNothing(async () => {
    const free = await fillNode()
    const attempt = await here.client.connect()
    const detail = (words: RegExp) =>
      attempt.until(({ steps }) => steps.some(({ detail }) => words.test(said(detail))))
    await detail(/free node/)
    const { session } = attempt.snapshot
    await here.site.setFault('sshd-stopped', true)
    await detail(/cannot be reached/)
    await here.site.setFault('sshd-stopped', false)
    await free()
    expect((await attempt.streaming()).session).toMatchObject({ id: session?.id, jobId: session?.jobId })
    expect(attempt.states).not.toContain('failed')
    await attempt.leave('END')
  })
})

test('after a long wait a notification says that the desktop is ready, and later that its time ends', async () => {
  await here.leavesNothing(async () => {
    const { clock, notifications } = here.client
    const free = await fillNode()
    const attempt = await here.client.connect()
    await attempt.until(({ state }) => state === 'queued')
    clock.aheadMs = 60_000
    await free()
    const { session } = await attempt.streaming()
    expect(notifications).toEqual([
      expect.stringMatching(/^Your desktop is ready\. .*viz-node001: your session runs\.$/),
    ])
    clock.aheadMs = (session?.endsAt ?? 0) - Date.now() - 10 * 60_000
    await attempt.until(({ warnings }) => warnings.some((words) => said(words).includes('save your work')))
    expect(notifications.slice(1)).toEqual([expect.stringMatching(/^Your session ends soon\. /)])
    clock.aheadMs = 0
    await attempt.leave('END')
  })
})

test('a queue longer than the patience: the session keeps its place, the failure says so, Connect picks it up', async () => {
  await here.leavesNothing(async () => {
    const free = await fillNode()
    const attempt = await impatient.connect()
    const { failure, session } = await attempt.until(isOver)
    expect(failure).toMatchObject({
      kind: 'deadline-exceeded',
      circumstance: 'queued',
    })
    expect(await here.site.activeJobs()).toContain(session?.jobId)
    await free()
    const again = await here.client.connect()
    expect((await again.streaming()).session).toMatchObject({ id: session?.id, jobId: session?.jobId })
    await again.leave('END')
  })
})

test('a resumed session whose job ends does not keep running', async () => {
  await here.leavesNothing(async () => {
    const first = await here.client.connect()
    await first.streaming()
    await first.leave('DISCONNECT')
    const attempt = await here.client.connect()
    const { session } = await attempt.streaming()
    await overSsh(here.site, `scancel ${session?.jobId}`)
    const { failure } = await attempt.until(isOver)
    expect(failure).toMatchObject({ kind: 'job-ended-early', reason: 'cancelled' })
    expect(failure?.circumstance).toBeUndefined()
    const again = await here.client.connect()
    expect((await again.streaming()).session?.id).not.toBe(session?.id)
    await again.leave('END')
  })
})

test('a job that another user cancels: the failure names who did it', async () => {
  await here.leavesNothing(async () => {
    await here.site.setFault('cancelled-by-other', true)
    try {
      const attempt = await here.client.connect()
      const { session } = await attempt.streaming()
      await overSsh(here.site, `scancel ${session?.jobId}`)
      const { failure } = await attempt.until(isOver)
      expect(failure).toMatchObject({ kind: 'job-ended-early', reason: 'cancelled-by' })
      expect(english(failure).message).toMatch(/cancelled by the user daemon\.$/)
    } finally {
      await here.site.setFault('cancelled-by-other', false)
    }
  })
})

test('nodes that are down: the user waits, and the place in the queue becomes a desktop', async () => {
  await here.leavesNothing(async () => {
    await here.site.setFault('node-down', true)
    const attempt = await here.client.connect()
    const { session } = await attempt.until(({ steps }) => steps.some(({ blocked }) => blocked))
    await here.site.setFault('node-down', false)
    await attempt.streaming()
    expect(attempt.snapshot.session?.jobId).toBe(session?.jobId)
    await attempt.leave('END')
  })
})
