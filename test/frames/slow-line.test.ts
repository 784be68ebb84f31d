/**
 * A line that carries less than was asked for: the picture stays near the host's whatever the line does, and the rate follows the
 * line. Every bound is beside the lateness of the machine itself, which the same desktop has over an open line in the same run,
 * and beside a rate that was fitted to the line by hand.
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
/** What may be said of a line, by the Mbit/s that it carries. */
const bounds = {
  2: { behindMs: 400, picturesPerSecond: 10, echoMs: 300 },
  1: { behindMs: 700, picturesPerSecond: 5, echoMs: 500 },
} as const
/** Fits a line of 2 Mbit/s. */
const fittingVideo = { ...usualVideo, bitrateKbps: 1400 }
const afterStartMs = 3000
const afterChangeMs = 5000
const growsWithinMs = 30_000
const [measuredMs, stillMs] = [12_000, 4000]

const hosts = [
  { name: 'a host that is resumed for another rate', liveBitrate: false },
  { name: 'a host that takes another rate while it streams', liveBitrate: true },
]
const most = ({ most: worst }: Percentiles): number => worst ?? Infinity

describe.skipIf(impossible !== null).each(hosts)(`a slow line (${impossible ?? 'tbf'}), $name`, (host) => {
  const stack = new AsyncDisposableStack()
  let here: SiteOnLine
  let desktop: WatchedDesktop | null = null
  let control: LineMeasurement
  let fitting: LineMeasurement
  let moving: LineMeasurement

  /** A session of its own, whose picture moves. */
  async function begin(video: typeof usualVideo): Promise<WatchedDesktop> {
    await desktop?.end()
    desktop = null
    desktop = await watchDesktop(here, video)
    desktop.move(true)
    return desktop
  }
  const measured = (ms: number): Promise<LineMeasurement> => measureLine(here, desktop!, ms)

  beforeAll(async () => {
    here = await startSiteOnLine(stack, { liveBitrate: host.liveBitrate })
    await begin(fittingVideo)
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
    await delay(afterChangeMs)
    control = await measured(measuredMs)
    expect(control.echoesLost).toBe(0)
  })

  test('a rate that fits keeps the picture near the host', async () => {
    await here.line.carry(2)
    await delay(afterChangeMs)
    fitting = await measured(measuredMs)
    isNear(fitting, 2)
  })

  test('so does one that begins far too high, as a rate that fits', async () => {
    await begin(usualVideo)
    await delay(afterStartMs)
    const found = await measured(measuredMs)
    isNear(found, 2)
    expect(found.age.p50, JSON.stringify({ found, fitting })).toBeLessThanOrEqual(2 * fitting.age.p50!)
  })

  test('the line grows: the rate is all that was asked for', async () => {
    await here.line.carry(20)
    const asked = () => desktop?.client.snapshot()?.pace
    await expect
      .poll(asked, { timeout: growsWithinMs, interval: 250 })
      .toMatchObject({ ...usualVideo, why: 'asked', changingSince: null })
    await delay(afterStartMs)
    const found = await measured(stillMs)
    expect(found.bytesPerSecond, JSON.stringify({ found, fitting })).toBeGreaterThan(
      1.5 * fitting.bytesPerSecond,
    )
  })

  // The rest is the relay's and the page's, whatever the host.
  if (host.liveBitrate) return

  test('it becomes narrow under a running stream', async () => {
    await here.line.carry(1)
    await delay(afterChangeMs)
    isNear(await measured(measuredMs), 1)
    await here.line.carry(2)
    await delay(afterChangeMs)
    moving = await measured(measuredMs)
    isNear(moving, 2)
  })

  test('a still page comes to rest', async () => {
    const stopped = Date.now()
    desktop?.move(false)
    // A change that the moving picture has brought about may come after it.
    const latest = (): number => Math.max(stopped, here.encoded().streams.at(-1)?.at ?? 0)
    while (Date.now() < latest() + afterChangeMs) await delay(100)
    const still = await measured(stillMs)
    const settled = await measured(2 * stillMs)
    const words = JSON.stringify({ still, settled, moving })
    // Each key frame would have the encoder begin again. How far it comes down by itself is its own matter.
    expect(still.keyFrames + settled.keyFrames, words).toBe(0)
    expect(still.dropped.relay + settled.dropped.relay, words).toBe(0)
    expect(settled.bytesPerSecond, words).toBeLessThan(moving.bytesPerSecond / 2)
    expect(most(still.behind), words).toBeLessThanOrEqual(bounds[2].behindMs + most(control.behind))
  })

  test('a stream begins on a line that carries next to nothing', async () => {
    await here.line.carry(1)
    await begin(usualVideo)
    await delay(afterStartMs)
    isNear(await measured(measuredMs), 1)
  })
})
