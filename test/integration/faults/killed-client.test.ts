/** The client killed in the middle: nothing of it stays but the user's job, and another run continues with that. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { longRun } from '../../support/long-run.ts'
import { start, vizlink } from '../../support/running-program.ts'
import { descendantsOf, stillRunning } from '../../support/process-table.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { text } from '../../support/texts.ts'

let here: TestSite
let site: string[]
const sessions = async (): Promise<Session[]> =>
  (await vizlink(['sessions', ...site, '--json'], here.home)).report as Session[]

/** Starts a connection, kills it as soon as it says this, waits until its children are gone. */
async function killedAt(words: string): Promise<void> {
  const run = start('src-main/cli.ts', ['connect', ...site, '--seconds', '600'], here.home)
  await run.said(new RegExp(`^${words}$`))
  const children = descendantsOf(run.pid).map(({ pid }) => pid)
  expect(children.length).toBeGreaterThan(0)
  run.kill('SIGKILL')
  expect((await run.result).code).toBeNull()
  await vi.waitUntil(() => stillRunning(children).length === 0, {
    timeout: 30_000,
    message: 'its children are gone',
  })
}

const resume = (...more: string[]) =>
  vizlink(['connect', ...site, '--seconds', '1', '--json', ...more], here.home)

beforeAll(async () => {
  here = await startTestSite()
  site = ['--site', here.site.ready.profile]
})
afterAll(() => here.dispose())

test('killed while streaming', async () => {
  await here.leavesNothing(async () => {
    expect((await resume('--keep')).code).toBe(0)
    const kept = await sessions()
    expect(kept).toHaveLength(1)
    // A desktop that is still starting would look like something that was left.
    await vi.waitUntil(async () => (await here.look()).processes.includes('sh'), {
      timeout: 30_000,
      message: 'the terminal’s shell runs',
    })
    await here.leavesNothing(() => killedAt(text('views.states.open')))
    expect(await here.site.activeJobs()).toEqual([kept[0]?.jobId])
    expect(await resume('--keep')).toMatchObject({ code: 0, report: { ok: true } })
    expect((await sessions()).map(({ id, jobId }) => [id, jobId])).toEqual([[kept[0]?.id, kept[0]?.jobId]])
    expect((await vizlink(['end', kept[0]?.id ?? '', ...site], here.home)).code).toBe(0)
  })
})

// `pairing` strikes between claiming the host and being paired with it.
test.each(
  longRun ? (['queued', 'waiting-for-host', 'pairing', 'launching'] as const) : (['pairing'] as const),
)('killed in %s: one job, which another run resumes', async (state) => {
  await here.leavesNothing(async () => {
    await killedAt(text(`progress.steps.${state}.now`))
    const jobs = await here.site.activeJobs()
    expect(jobs).toHaveLength(1)
    const resumed = await resume()
    expect(resumed, resumed.stderr).toMatchObject({ code: 0, report: { ok: true } })
    expect(await here.site.activeJobs()).toEqual([])
  })
})
