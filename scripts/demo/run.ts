/** The demo: the site, the client on it, and a window (or, headless, a driven browser and the run report). */
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { VideoRequest } from '../../src-main/shared/model/desktop.ts'
import type { RunReport } from '../../src-main/shared/model/run-report.ts'
import { forPrograms, printFailure } from '../../src-main/cli/output.ts'
import { stopRequested } from '../../src-main/cli/signals.ts'
import { toFailure, VizlinkError } from '../../src-main/shared/errors.ts'
import { startClient } from './client.ts'
import { runHeadless } from './headless.ts'
import { startSiteProcess } from './site-process.ts'
import { siteMark } from '../../test/site/support/processes.ts'

const { values } = parseArgs({
  options: {
    headless: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    fault: { type: 'string', multiple: true, default: [] },
    size: { type: 'string' },
    fps: { type: 'string' },
    screenshot: { type: 'string' },
  },
})

function videoRequest(): VideoRequest {
  const small = availableParallelism() <= 2
  const size = /^(\d{3,4})x(\d{3,4})$/.exec(values.size ?? (small ? '1280x720' : '1920x1080'))
  if (!size) throw new Error('--size wants WIDTHxHEIGHT, for instance 1280x720')
  const fps = Number(values.fps ?? (small ? 30 : 60))
  return { width: Number(size[1]), height: Number(size[2]), fps, bitrateKbps: small ? 8000 : 20_000 }
}

const say = (text: string): void => console.error(text)
const hasDisplay = Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
const headless = values.headless || !hasDisplay

const stop = new AbortController()
const stopped = stopRequested().then(() => stop.abort())

async function main(): Promise<RunReport | null> {
  const video = videoRequest()
  say('Starting the demo site (nginx, Redis, SSH, Slurm, desktop)')
  const siteArguments = ['--size', `${video.width}x${video.height}`, '--fps', String(video.fps)]
  // The driven browser knows by it that a picture is new; a person gets the desktop as it is.
  if (headless) siteArguments.push('--strip')
  for (const fault of values.fault) siteArguments.push('--fault', fault)
  await using stack = new AsyncDisposableStack()
  const site = await startSiteProcess(siteArguments)
  stack.defer(() => site.dispose())
  // What the client keeps goes with the site, also when this process is killed.
  const folder = dirname(site.ready.profile)
  const client = await startClient(site.ready.profile, video, { dataFolder: join(folder, 'client') })
  stack.defer(() => client.dispose())
  if (!headless) {
    say('Opening the client. Click Connect; close the window or press Ctrl-C to end the demo.')
    const window = await client.openWindow({ width: video.width + 80, height: video.height + 120 })
    stack.defer(() => window.close())
    await Promise.race([window.exited, stopped]).catch((error: unknown) => {
      say('Without a window: npm run demo -- --headless')
      throw error
    })
    return null
  }
  if (!values.headless) say('There is no display here: running headless.')
  // So do the driven browser and its files.
  process.env[siteMark] = folder
  process.env.TMPDIR = join(folder, 'tmp')
  mkdirSync(process.env.TMPDIR, { mode: 0o700 })
  const report = await runHeadless(client, {
    seconds: Number(values.seconds),
    video,
    components: site.ready.components,
    signal: stop.signal,
    ...(values.screenshot ? { screenshot: values.screenshot } : {}),
  })
  await client.endSession()
  return report
}

try {
  const report = await main()
  if (report) {
    if (values.json) console.log(JSON.stringify(report))
    else if (report.ok) {
      say(
        `It works: first picture after ${report.clickToFirstFrameMs} ms, ${report.fpsShown} frames/s, click to picture ${report.inputRoundTripMs.p50} ms.`,
      )
    }
    if (!report.ok) {
      if (report.error) printFailure(new VizlinkError(report.error))
      process.exitCode = 1
    }
  }
} catch (error) {
  const failure = toFailure(error)
  if (values.json) console.log(JSON.stringify({ ok: false, error: forPrograms(failure) }))
  if (error instanceof Error && !(error instanceof VizlinkError)) say(error.message)
  else printFailure(error)
  process.exitCode = 1
}
