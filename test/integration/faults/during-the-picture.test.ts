/** Faults of the site that strike while a desktop is in use: mended by reconnecting where they can be, else explained. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import type { FaultName } from '../../site/faults.ts'
import { english } from '../../support/english.ts'
import { fewOf, longTest } from '../../support/long-run.ts'
import { isOver, type TestDesktop } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { overSsh } from '../site/ssh.ts'
import { said } from '../../support/texts.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite({ limits: { reconnectSeconds: 8 } })
})
// A test that failed on the way must not strike the next ones.
afterEach(async () => {
  for (const fault of lasting) await here.site.setFault(fault, false)
})
afterAll(() => here.dispose())

const lasting: FaultName[] = [
  'redis-public',
  'sshd-stopped',
  'host-key-changed',
  'ssh-key-refused',
  'portal-502',
]

async function streaming(): Promise<{ stream: TestDesktop; snapshot: DesktopSnapshot }> {
  const stream = await here.client.connect()
  return { stream, snapshot: await stream.streaming() }
}

/** The stream is lost and comes back with the same session, job and node; frames flow again. */
async function comesBack(stream: TestDesktop, before: DesktopSnapshot, mend = async () => {}) {
  await stream.until(({ state }) => state === 'reconnecting' || isOver({ ...before, state }))
  await mend()
  const after = await stream.streaming()
  expect(stream.states.slice(-3)).toEqual(['open', 'reconnecting', 'open'])
  expect(after.session).toMatchObject({
    id: before.session?.id,
    jobId: before.session?.jobId,
    node: 'viz-node001',
  })
  expect(after.failure).toBeNull()
}

longTest('redis-public: a healthy connect', async () => {
  await here.site.setFault('redis-public', true)
  await here.leavesNothing(async () => {
    const { stream, snapshot } = await streaming()
    expect(snapshot.steps.map(({ status }) => status)).toEqual(Array<string>(8).fill('done'))
    expect(snapshot.session?.jobId).toBe((await here.site.activeJobs())[0])
    expect(said((await stream.leave('END')).endedBecause)).toBe('You ended the session.')
  })
})

test('F6: picture-stops: said with its cause while it lasts, and taken back', async () => {
  await here.leavesNothing(async () => {
    const { stream } = await streaming()
    await here.site.setFault('picture-stops', true)
    const { silence, state } = await stream.until(({ silence: now }) => (now?.cause ?? null) !== null)
    expect(state).toBe('open')
    expect(silence?.seconds).toBeGreaterThanOrEqual(2)
    expect(said(silence?.cause ?? null)).toMatch(/^The desktop’s host runs/)
    await here.site.setFault('picture-stops', false)
    await stream.until(({ silence: now }) => now === null)
    await stream.leave('END')
  })
})

test('relay-killed: reconnects', async () => {
  await here.leavesNothing(async () => {
    const { stream, snapshot } = await streaming()
    await here.site.setFault('relay-killed', true)
    await comesBack(stream, snapshot)
    await stream.leave('END')
  })
})

longTest('sshd-stopped and started again: reconnects', async () => {
  await here.leavesNothing(async () => {
    const { stream, snapshot } = await streaming()
    await here.site.setFault('sshd-stopped', true)
    await comesBack(stream, snapshot, () => here.site.setFault('sshd-stopped', false))
    await stream.leave('END')
  })
})

test('sshd-stopped for good: gives up, says what was tried, keeps the job; another connect resumes it', async () => {
  await here.leavesNothing(async () => {
    const { stream, snapshot } = await streaming()
    await here.site.setFault('sshd-stopped', true)
    const { state, failure } = await stream.until(isOver)
    expect([state, failure?.kind, failure?.retryable]).toEqual(['failed', 'gave-up', true])
    expect(english(failure).nextStep).toMatch(/connect again/)
    expect(failure?.evidence.length).toBeGreaterThan(0)
    for (const { label, value } of failure?.evidence ?? []) {
      expect(label).toBe('attempt')
      expect(value).toContain('Nothing answers as SSH server at 127.0.0.1')
    }
    await here.site.setFault('sshd-stopped', false)
    expect(await here.site.activeJobs()).toEqual([snapshot.session?.jobId])
    const again = await streaming()
    expect(again.snapshot.session).toMatchObject({ id: snapshot.session?.id, jobId: snapshot.session?.jobId })
    await again.stream.leave('END')
  })
})

const refused = [
  ['host-key-changed', 'host-key-changed'],
  ['ssh-key-refused', 'auth-refused'],
] as const
test.each(fewOf(refused, 1))(
  '%s while it reconnects: no further attempt, the job is kept',
  async (fault, kind) => {
    await here.leavesNothing(async () => {
      const { stream, snapshot } = await streaming()
      await here.site.setFault('sshd-stopped', true)
      await stream.until(({ state }) => state === 'reconnecting')
      await here.site.setFault(fault, true)
      await here.site.setFault('sshd-stopped', false)
      const { state, failure } = await stream.until(isOver)
      // What is retried until the time is over ends as gave-up.
      expect([state, failure?.kind]).toEqual(['failed', kind])
      expect(english(failure).nextStep).toMatch(/Your session keeps running: Connect picks it up again\.$/)
      await here.site.setFault(fault, false)
      expect(await here.site.activeJobs()).toEqual([snapshot.session?.jobId])
      const again = await streaming()
      await again.stream.leave('END')
    })
  },
)

/** Whether the socket of an X server lies there without the server. */
const isStale = (socket: string): boolean =>
  existsSync(socket) && !readFileSync('/proc/net/unix', 'utf8').includes(` ${socket}\n`)

test('host-killed: the job has ended', async () => {
  await here.leavesNothing(async () => {
    const { stream, snapshot } = await streaming()
    const folder = join(here.site.directory, 'scratch', 'sunshine_sessions', snapshot.session?.id ?? '')
    const { display } = JSON.parse(readFileSync(join(folder, 'ready.json'), 'utf8')) as { display: string }
    const socket = `/tmp/.X11-unix/X${display.slice(1)}`
    expect([existsSync(socket), isStale(socket)]).toEqual([true, false])
    await here.site.setFault('host-killed', true)
    const { state, failure } = await stream.until(isOver)
    expect([state, failure?.kind]).toEqual(['failed', 'job-ended-early'])
    const evidence = Object.fromEntries((failure?.evidence ?? []).map(({ label, value }) => [label, value]))
    expect(evidence).toMatchObject({ job: snapshot.session?.jobId, node: 'viz-node001' })
    expect(evidence['job-log']).toContain('Sunshine failed to start or was killed')
    await vi.waitUntil(() => !isStale(socket), {
      timeout: 30_000,
      message: 'the X server took its socket along',
    })
  })
})

test('B54: a job that Slurm puts back into the queue: that is said, and Connect waits for it', async () => {
  await here.leavesNothing(async () => {
    const { stream, snapshot } = await streaming()
    const jobId = snapshot.session?.jobId ?? ''
    await overSsh(here.site, `scontrol requeue ${jobId}`)
    const { state, failure } = await stream.until(isOver)
    expect([state, failure?.kind, failure?.reason]).toEqual(['failed', 'gave-up', 'requeued'])
    expect(failure?.circumstance).toBe('queued')
    expect(english(failure).message).toMatch(/^Slurm put the job of your desktop back into the queue/)
    // Slurm starts it some time later.
    const again = await here.client.connect()
    const queued = await again.until((now) => now.state === 'queued' || isOver(now))
    expect(queued.session).toMatchObject({ id: snapshot.session?.id, jobId })
    await again.leave('END')
  })
})

longTest('portal-502 at the end: the job is the user’s own, and ends without the portal', async () => {
  await here.leavesNothing(async () => {
    const { stream, snapshot } = await streaming()
    await here.site.setFault('portal-502', true)
    expect(await here.site.activeJobs()).toEqual([snapshot.session?.jobId])
    const { state, failure } = await stream.leave('END')
    expect([state, failure]).toEqual(['ended', null])
    expect(await here.site.activeJobs()).toEqual([])
    await here.site.setFault('portal-502', false)
  })
})
