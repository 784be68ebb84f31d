/** The demo as the first command of a newcomer, without a window. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stepNames } from '../../src-main/shared/model/connection.ts'
import { runReportSchema } from '../../src-main/shared/model/run-report.ts'
import { start } from '../support/running-program.ts'

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

const demo = (...args: string[]) =>
  start('scripts/demo/run.ts', ['--headless', '--seconds', '3', '--json', ...args], home).result

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
  expect(readdirSync(process.env.TMPDIR ?? '')).toEqual([])
})

test('--fault node-down: what went wrong, and status 1', async () => {
  const { code, report, stderr } = await demo('--fault', 'node-down')
  const { ok, error } = runReportSchema.parse(report)
  expect([code, ok, error?.kind]).toEqual([1, false, 'node-down'])
  for (const text of [error?.message, error?.nextStep]) {
    expect(text).toMatch(/^\S.*\.$/)
    expect(stderr).toContain(text)
  }
  expect(error?.evidence.map(({ value }) => value).join(' ')).toMatch(/ReqNodeNotAvail|DOWN/)
  expect(readdirSync(process.env.TMPDIR ?? '')).toEqual([])
})

test('a fault that does not exist is named, as JSON too', async () => {
  const { code, report, stderr } = await demo('--fault', 'no-such-fault')
  expect([code, report]).toMatchObject([1, { ok: false }])
  expect(stderr).toContain('no-such-fault')
})
