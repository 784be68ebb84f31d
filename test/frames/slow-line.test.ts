/**
 * A line that carries less than a picture needs. Every bound is beside the lateness of the machine itself, which the same desktop
 * has over an open line in the same run.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  fps,
  startSiteOnLine,
  usualVideo,
  watchDesktop,
  type SiteOnLine,
  type WatchedDesktop,
} from '../support/desktop-on-line.ts'
import { measureLine, type LineMeasurement, type Percentiles } from '../support/line-measurement.ts'
import { narrowLineImpossible } from '../support/narrow-line.ts'

const impossible = narrowLineImpossible()
const name = impossible === null ? 'a slow line' : `a slow line (${impossible})`
/** What may be said of a line, by the Mbit/s that it carries. */
const bounds = {
  2: { behindMs: 400, picturesPerSecond: 10, echoMs: 300 },
} as const
/** Fits a line of 2 Mbit/s. */
const fittingVideo = { ...usualVideo, bitrateKbps: 1400 }
const afterChangeMs = 5000
const measuredMs = 12_000

const most = ({ most: worst }: Percentiles): number => worst ?? Infinity

describe.skipIf(impossible !== null)(name, () => {
  const stack = new AsyncDisposableStack()
  let here: SiteOnLine
  let desktop: WatchedDesktop
  let control: LineMeasurement

  beforeAll(async () => {
    here = await startSiteOnLine(stack)
    desktop = await watchDesktop(here, fittingVideo)
  })
  afterAll(async () => {
    await desktop?.end()
    await stack.disposeAsync()
  })

  /** As near as the machine is on an open line, and so much. */
  function isNear(found: LineMeasurement, megabits: keyof typeof bounds): void {
    const { behindMs, picturesPerSecond, echoMs } = bounds[megabits]
    const words = JSON.stringify({ found, control })
    const atLeast = picturesPerSecond * Math.min(1, control.picturesPerSecond / fps)
    expect.soft(most(found.behind), words).toBeLessThanOrEqual(behindMs + most(control.behind))
    expect.soft(found.picturesPerSecond, words).toBeGreaterThanOrEqual(atLeast)
    expect.soft(found.echoesLost, words).toBe(0)
    expect.soft(most(found.echo), words).toBeLessThanOrEqual(most(control.echo) + echoMs)
  }

  test('the open line is the control', async () => {
    desktop.move(true)
    await delay(afterChangeMs)
    control = await measureLine(here, desktop, measuredMs)
    expect(control.echoesLost).toBe(0)
  })

  test('a rate that fits keeps the picture near the host', async () => {
    await here.line.carry(2)
    await delay(afterChangeMs)
    isNear(await measureLine(here, desktop, measuredMs), 2)
  })
})
