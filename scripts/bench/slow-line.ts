/**
 * What a desktop with a moving picture is like on lines that carry less than was asked for, beside the same desktop with a bit rate
 * that was fitted by hand, and beside one that watches no line: as many unacknowledged bytes as there were before lines were
 * measured, and the same rate throughout. `--seconds N` of each are looked at (default 15), `--lines 1,2,4,8` are Mbit/s.
 * Root only: the lines are in network namespaces.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { VideoRequest } from '../../src-main/shared/model/desktop.ts'
import type { NodePlatformOptions } from '../../src-main/shells/node/index.ts'
import {
  startSiteOnLine,
  usualVideo,
  watchDesktop,
  type SiteOnLine,
} from '../../test/support/desktop-on-line.ts'
import { measureLine, type LineMeasurement } from '../../test/support/line-measurement.ts'
import { narrowLineImpossible } from '../../test/support/narrow-line.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    lines: { type: 'string', default: '1,2,4,8' },
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

interface Run extends LineMeasurement {
  askedKbps: number
  /** The rate, size and pictures a second of the last stream that the host began. */
  last: { width: number; height: number; fps: number; bitrateKbps: number } | null
}

/** A session of its own, on a line that is as narrow from the start. */
async function run(
  here: SiteOnLine,
  video: VideoRequest,
  entries: NodePlatformOptions['entries'] = {},
): Promise<{ moving: Run; still: LineMeasurement }> {
  const desktop = await watchDesktop(here, video, entries)
  try {
    desktop.move(true)
    await delay(settleMs)
    const moving = await measureLine(here, desktop, seconds * 1000)
    const last = here.encoded().streams.at(-1)?.stream ?? null
    desktop.move(false)
    await delay(settleMs)
    const still = await measureLine(here, desktop, seconds * 500)
    return { moving: { ...moving, askedKbps: video.bitrateKbps, last }, still }
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
  const here = await startSiteOnLine(stack)
  const found = []
  for (const megabits of lines) {
    await here.line.carry(megabits)
    const product = await run(here, usualVideo)
    const fitting = await run(here, {
      ...usualVideo,
      bitrateKbps: fittingKbps[megabits] ?? Math.max(500, Math.round(megabits * 700)),
    })
    found.push({
      megabits,
      product: product.moving,
      controls: { fitting: fitting.moving, emptyLine: fitting.still },
      ratios: {
        ageP50: share(product.moving.age.p50, fitting.moving.age.p50),
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
