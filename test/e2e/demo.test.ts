/** The demo as the first command of a newcomer, without a window. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { stepNames } from '../../src-main/shared/model/desktop.ts'
import { runReportSchema } from '../../src-main/shared/model/run-report.ts'
import { descendantsOf, processTable, readProcessFile, stillRunning } from '../support/process-table.ts'
import { start } from '../support/running-program.ts'
import { english } from '../support/english.ts'

let home: string
const usual = process.env.TMPDIR
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
})
afterAll(() => {
  rmSync(process.env.TMPDIR ?? home, { recursive: true, force: true })
  if (usual === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = usual
  rmSync(home, { recursive: true, force: true })
})

const startDemo = (...args: string[]) =>
  start('scripts/demo/run.ts', ['--headless', '--seconds', '3', '--json', ...args], home)
const demo = (...args: string[]) => startDemo(...args).result
const temporary = (): string[] => readdirSync(process.env.TMPDIR ?? '')

/** Command lines of all that the demo and its site run: their environment names our folder of temporary files. */
const processes = (): string[] =>
  processTable()
    .filter(({ pid }) => readProcessFile(pid, 'environ').includes(`${process.env.TMPDIR}`))
    .map(({ argv }) => argv.join(' ').slice(0, 150))

test('--headless --json: the run report', async () => {
  const { code, report, stderr } = await demo()
  expect(code, stderr).toBe(0)
  const { ok, steps, site, decode, framesReceived, framesShown, ...rest } = runReportSchema.parse(report)
  expect(ok).toBe(true)
  expect(steps.map(({ name }) => name)).toEqual([...stepNames])
  expect(site).toEqual({ nginx: 'real', redis: 'real', ssh: 'real', slurm: 'real', desktop: 'xvfb' })
  expect(decode).toMatchObject({ implementation: 'webcodecs', hardware: false })
  for (const figure of [
    framesReceived,
    framesShown,
    rest.clickToFirstFrameMs,
    rest.inputRoundTripMs.p50,
    rest.fpsShown,
  ])
    expect(figure).toBeGreaterThan(0)
  expect([temporary(), readdirSync(home)]).toEqual([[], []])
})

test('--fault node-down: what went wrong, and status 1', async () => {
  const { code, report, stderr } = await demo('--fault', 'node-down')
  const { ok, error } = runReportSchema.parse(report)
  expect([code, ok, error?.kind]).toEqual([1, false, 'job-blocked'])
  for (const text of [english(error).message, english(error).nextStep]) {
    expect(text).toMatch(/^\S.*\.$/)
    expect(stderr).toContain(text)
  }
  expect(english(error).message).toMatch(/All nodes for this job are down or drained/)
  expect(temporary()).toEqual([])
})

test('a fault that does not exist is named, as JSON too', async () => {
  const { code, report, stderr } = await demo('--fault', 'no-such-fault')
  expect([code, report]).toMatchObject([1, { ok: false }])
  expect(stderr).toContain('no-such-fault')
})

describe('in the middle', () => {
  /** Starts a long run; resolves as soon as its browser is there. */
  async function inTheMiddle() {
    const run = startDemo('--seconds', '600')
    await vi.waitUntil(() => descendantsOf(run.pid).some(({ argv }) => argv.includes('--headless')), {
      timeout: 60_000,
      message: 'the browser runs',
    })
    return run
  }
  const leavesNothing = () =>
    vi
      .waitUntil(() => processes().length + temporary().length === 0, {
        timeout: 30_000,
        message: 'nothing is left',
      })
      .catch(() =>
        expect({ processes: processes(), temporary: temporary() }).toEqual({ processes: [], temporary: [] }),
      )

  test('Ctrl-C: the report says so, and nothing is left', async () => {
    const run = await inTheMiddle()
    run.interruptGroup()
    const { code, report, stderr } = await run.result
    expect(runReportSchema.safeParse(report).success, `${JSON.stringify(report)}\n${stderr}`).toBe(true)
    const { ok, error } = runReportSchema.parse(report)
    expect([code, ok, error?.kind], stderr).toEqual([1, false, 'cancelled'])
    await leavesNothing()
  })

  test('SIGKILL: no process, file or socket is left', async () => {
    const run = await inTheMiddle()
    const all = descendantsOf(run.pid).map(({ pid }) => pid)
    run.kill('SIGKILL')
    await run.result
    await leavesNothing()
    expect(stillRunning(all)).toEqual([])
    expect(readdirSync(home)).toEqual([])
  })
})

test('a window that cannot be opened is said, with what to do', async () => {
  const environment = { DISPLAY: ':9876', WAYLAND_DISPLAY: undefined }
  const { code, stderr } = await start('scripts/demo/run.ts', ['--json'], home, environment).result
  expect(code, stderr).toBe(1)
  expect(stderr).toMatch(/--headless\n.*could not be opened/)
  expect(temporary()).toEqual([])
})
