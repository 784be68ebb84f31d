/** `vizlink` on the command line with a site: reports, exit statuses, sessions kept and ended. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { sessionSchema, stepNames } from '../../../src-main/shared/model/desktop.ts'
import { runReportSchema } from '../../../src-main/shared/model/run-report.ts'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { english } from '../../support/english.ts'
import { fewOf, longTest } from '../../support/long-run.ts'
import { start, vizlink } from '../../support/running-program.ts'
import { descendantsOf, stillRunning } from '../../support/process-table.ts'
import { text } from '../../support/texts.ts'

const home = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', nodes: 2 })
})
afterAll(async () => {
  await site.dispose()
  rmSync(home, { recursive: true, force: true })
})

const run = (...args: string[]) => vizlink([...args, '--site', site.ready.profile], home)
const sessions = async () => sessionSchema.array().parse((await run('sessions', '--json')).report)

/** A failure that a person can do something with, on standard error too. */
function expectExplained(failure: Failure | undefined, stderr: string): void {
  for (const text of [english(failure).message, english(failure).nextStep]) {
    expect(text).toMatch(/^\S.*\.$/)
    expect(stderr).toContain(text)
  }
  expect(failure?.evidence.length).toBeGreaterThan(0)
}

test('connect: the report of a run that worked; the session is ended', async () => {
  const { code, report, stderr } = await run('connect', '--seconds', '2', '--json')
  expect(code, stderr).toBe(0)
  const { ok, steps, framesReceived, ...rest } = runReportSchema.parse(report)
  expect(ok).toBe(true)
  expect(steps.map(({ name }) => name)).toEqual([...stepNames])
  expect(framesReceived).toBeGreaterThan(10)
  expect(rest).toMatchObject({
    requested: { width: 1280, height: 720, fps: 30 },
    framesShown: null,
    framesDropped: 0,
    fpsShown: null,
    codec: 'H.264',
    link: 'ssh',
  })
  expect(rest.error).toBeUndefined()
  expect([rest.clickToFirstFrameMs, rest.bitrateKbps].every((value) => (value ?? 0) > 0)).toBe(true)
  expect(await site.activeJobs()).toEqual([])
})

test('connect --no-wait: where all nodes are down it ends; its place is kept, and a later connection waits in it', async () => {
  await site.setFault('node-down', true)
  try {
    const { code, report, stderr } = await run('connect', '--no-wait', '--json')
    const { error } = runReportSchema.parse(report)
    expect([code, error?.kind]).toEqual([1, 'job-blocked'])
    expectExplained(error, stderr)
    expect(stderr).toContain('All nodes for this job are down or drained')
  } finally {
    await site.setFault('node-down', false)
  }
  const [kept] = await site.activeJobs()
  expect(await run('connect', '--seconds', '1', '--json')).toMatchObject({ code: 0, report: { ok: true } })
  expect(kept).toBeDefined()
  expect(await site.activeJobs()).toEqual([])
})

test('connect --keep, sessions, connect again, end', async () => {
  expect(await run('connect', '--keep', '--seconds', '1', '--json')).toMatchObject({ code: 0 })
  const [kept, ...more] = await sessions()
  expect([kept?.status, more]).toEqual(['running', []])
  expect(await site.activeJobs()).toEqual([kept?.jobId])
  const table = (await run('sessions')).stdout.trim().split('\n')
  expect(table).toHaveLength(2)
  expect(table[1]).toMatch(
    new RegExp(`^${kept?.id} +running +${kept?.jobId} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d$`),
  )

  expect(await run('connect', '--keep', '--seconds', '1', '--json')).toMatchObject({
    code: 0,
    report: { ok: true },
  })
  expect((await sessions()).map(({ id, jobId }) => [id, jobId])).toEqual([[kept?.id, kept?.jobId]])

  expect(await run('end', kept?.id ?? '')).toMatchObject({ code: 0, stderr: `${kept?.id} is ended.\n` })
  expect([await sessions(), await site.activeJobs()]).toEqual([[], []])
  const again = await run('end', kept?.id ?? '')
  expect(again.code).toBe(1)
  expect(again.stderr).toContain('There is no such session of yours.')
})

longTest('connect --new starts a session beside the one that runs, and ends that one alone', async () => {
  expect(await run('connect', '--keep', '--seconds', '1', '--json')).toMatchObject({ code: 0 })
  const kept = await sessions()
  expect(kept).toHaveLength(1)
  expect(await run('connect', '--new', '--keep', '--seconds', '1', '--json')).toMatchObject({ code: 0 })
  const both = await sessions()
  expect(new Set(both.map(({ id }) => id)).size).toBe(2)
  expect(both.map(({ id }) => id)).toContain(kept[0]?.id)
  expect(await run('connect', '--new', '--host', '127.0.0.1:47989')).toMatchObject({ code: 2 })
  for (const { id } of both) expect(await run('end', id)).toMatchObject({ code: 0 })
  expect([await sessions(), await site.activeJobs()]).toEqual([[], []])
})

describe('a run that fails', () => {
  test('at the site: report, sentence, status 1', async () => {
    await site.setFault('image-missing', true)
    const { code, report, stderr } = await run('connect', '--seconds', '2', '--json')
    await site.setFault('image-missing', false)
    const { ok, error, steps, framesReceived } = runReportSchema.parse(report)
    expect([code, ok, error?.kind, framesReceived]).toEqual([1, false, 'image-missing', 0])
    expect(steps.map(({ name }) => name)).toEqual(['signing-in', 'requesting'])
    expectExplained(error, stderr)
  })

  test('for its profile: the same', async () => {
    const file = join(home, 'broken.json')
    const profile = JSON.parse(readFileSync(site.ready.profile, 'utf8')) as { portal: object }
    writeFileSync(file, JSON.stringify({ ...profile, portal: { ...profile.portal, orign: 'x' } }))
    const { code, report, stderr } = await vizlink(['connect', '--site', file, '--json'], home)
    const { ok, error } = runReportSchema.parse(report)
    expect([code, ok, error?.kind]).toEqual([1, false, 'bad-profile'])
    expectExplained(error, stderr)
    expect(stderr).toContain('orign')
  })

  test('with a host key that no user can confirm: it names the key, and asks no question', async () => {
    const file = join(dirname(site.ready.profile), 'no-keys.json')
    const profile = JSON.parse(readFileSync(site.ready.profile, 'utf8')) as {
      ssh: { loginHost: { hostKeys: string[] } }
    }
    profile.ssh.loginHost.hostKeys = []
    writeFileSync(file, JSON.stringify(profile))
    const { code, report, stderr } = await vizlink(['connect', '--site', file, '--json'], home)
    const { error } = runReportSchema.parse(report)
    expect([code, error?.kind]).toEqual([1, 'host-key-unknown'])
    expectExplained(error, stderr)
    expect(stderr).toContain('SHA256:')
  })

  test('sessions of a portal that is down', async () => {
    await site.setFault('portal-502', true)
    const { code, report, stderr } = await run('sessions', '--json')
    await site.setFault('portal-502', false)
    expect([code, report]).toMatchObject([1, { ok: false, error: { kind: 'portal-error' } }])
    expectExplained((report as { error: Failure }).error, stderr)
  })

  test.each([
    ['no site', ['connect']],
    ['no such option', ['sessions', '--sit', 'x']],
    ['no number', ['connect', '--site', 'x', '--seconds', 'soon']],
    ['no profile named', ['sessions']],
  ])('wrong usage, %s: status 2', async (_what, args) => {
    expect((await vizlink(args, home)).code).toBe(2)
  })
})

test.each(fewOf(['a terminal’s Ctrl-C', 'SIGTERM', 'SIGHUP'] as const, 2))(
  '%s in the middle ends the session and everything else',
  async (signal) => {
    const command = start(
      'src-main/cli.ts',
      ['connect', '--site', site.ready.profile, '--seconds', '600'],
      home,
    )
    await command.said(new RegExp(`^${text('views.states.open')}$`))
    const children = descendantsOf(command.pid).map(({ pid }) => pid)
    if (signal === 'SIGTERM' || signal === 'SIGHUP') command.kill(signal)
    else command.interruptGroup()
    const { code, stderr } = await command.result
    // Whether a frame had come by then or not: nothing was lost.
    expect([code, stderr.split('\n').at(-2)]).toEqual(
      code === 0
        ? [0, expect.stringMatching(/frames arrived/)]
        : [1, 'The run was interrupted. Run it again.'],
    )
    expect(stillRunning(children)).toEqual([])
    expect(await site.activeJobs()).toEqual([])
  },
)
