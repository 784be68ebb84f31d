/**
 * What a desktop with a moving picture is like on lines that carry less than was asked for, beside the same desktop with a bit rate
 * that was fitted by hand, and with `--against FOLDER` beside the client of another checkout that is set up: that of the commit before
 * "Bounds of video are times" has the constants of then, a megabyte unacknowledged and one rate throughout. `--seconds N` of each
 * are looked at (default 15), `--lines 1,2,4,8` are Mbit/s, `--live` has a host that takes another rate while it streams. Root
 * only: the lines are in network namespaces.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { VideoRequest } from '../../src-main/shared/model/desktop.ts'
import {
  startSiteOnLine,
  usualVideo,
  watchDesktop,
  type SiteOnLine,
} from '../../test/support/desktop-on-line.ts'
import type { EncodedStream } from '../../test/support/encoded-pictures.ts'
import { measureLine, type LineMeasurement } from '../../test/support/line-measurement.ts'
import { narrowLineImpossible } from '../../test/support/narrow-line.ts'
import type { startClient } from '../demo/client.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    lines: { type: 'string', default: '1,2,4,8' },
    against: { type: 'string' },
    live: { type: 'boolean', default: false },
    // This program in namespaces of its own.
    inside: { type: 'boolean', default: false },
  },
})
const seconds = Math.max(5, Math.min(120, Number(values.seconds) || 15))
const lines = values.lines.split(',').map(Number)
if (lines.some((megabits) => !(megabits > 0))) throw new Error('--lines wants Mbit/s, for instance 1,2,4,8')
/** From the first picture until what is looked at begins. */
const settleMs = 8000
/** What was found by hand to fit a line, kbit/s, by its Mbit/s: sound, headers and bursts take the rest. */
const fittingKbps: Readonly<Record<number, number>> = { 1: 500, 2: 1400, 4: 3000, 8: 6000 }

async function runInside(): Promise<number> {
  const why = narrowLineImpossible()
  if (why !== null) throw new Error(`slow-line: ${why}.`)
  const program = join(import.meta.dirname, '..', '..', 'test', 'own-network.sh')
  const args = [import.meta.filename, ...process.argv.slice(2), '--inside']
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', program, ...args], {
    env: { ...process.env, VIZLINK_NODE: process.execPath },
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

/** Of another checkout: the app and all its programs. */
async function clientOf(folder: string): Promise<typeof startClient> {
  const program = (await import(join(resolve(folder), 'scripts', 'demo', 'client.ts'))) as {
    startClient: typeof startClient
  }
  return program.startClient
}

interface Run extends LineMeasurement {
  askedKbps: number
  /** What the host was given since the first picture: the stream's own, then each change. */
  streams: EncodedStream['stream'][]
}

/** A session of its own, on a line that is as narrow from the start. */
async function run(
  here: SiteOnLine,
  video: VideoRequest,
  start?: typeof startClient,
): Promise<{ moving: Run; still: LineMeasurement }> {
  const before = here.encoded().streams.length
  const desktop = await watchDesktop(here, video, start)
  try {
    desktop.move(true)
    await delay(settleMs)
    const moving = await measureLine(here, desktop, seconds * 1000)
    const streams = here.encoded().streams.slice(before)
    desktop.move(false)
    await delay(settleMs)
    const still = await measureLine(here, desktop, seconds * 500)
    return {
      moving: { ...moving, askedKbps: video.bitrateKbps, streams: streams.map(({ stream }) => stream) },
      still,
    }
  } finally {
    await desktop.end()
  }
}

const share = (one: number | null, other: number | null): number | null =>
  one === null || other === null || other === 0 ? null : Math.round((one / other) * 100) / 100
const beyond = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one - other

async function measure(): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const here = await startSiteOnLine(stack, { liveBitrate: values.live })
  const other = values.against === undefined ? null : await clientOf(values.against)
  const found = []
  for (const megabits of lines) {
    await here.line.carry(megabits)
    const product = await run(here, usualVideo)
    const fitting = await run(here, {
      ...usualVideo,
      bitrateKbps: fittingKbps[megabits] ?? Math.max(500, Math.round(megabits * 700)),
    })
    const against = other && (await run(here, usualVideo, other))
    found.push({
      megabits,
      product: product.moving,
      controls: { fitting: fitting.moving, emptyLine: fitting.still, against: against?.moving ?? null },
      ratios: {
        ageP50: share(product.moving.age.p50, fitting.moving.age.p50),
        ageP50OfAgainst: share(against?.moving.age.p50 ?? null, fitting.moving.age.p50),
        echoP99BeyondEmptyLineMs: beyond(product.moving.echo.p99, fitting.still.echo.p99),
      },
    })
  }
  console.log(
    JSON.stringify({ benchmark: 'slow-line', unit: 'ms', video: usualVideo, seconds, lines: found }),
  )
}

if (values.inside) await measure()
else process.exitCode = await runInside()
