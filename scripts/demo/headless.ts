/** The demo without a window: drives real Chromium through the same path as a user and writes the run report. */
import { chromium, type Browser, type Page } from 'playwright-core'
import { blockedBy } from '../../src-main/domain/steps.ts'
import type { DesktopSnapshot, VideoRequest } from '../../src-main/shared/model/desktop.ts'
import type { RunReport } from '../../src-main/shared/model/run-report.ts'
import { forPrograms, interrupted, lineOf } from '../../src-main/cli/output.ts'
import { findBrowser, noBrowser } from '../../src-main/shells/browser/index.ts'
import { toFailure, fail, VizlinkError, type Failure } from '../../src-main/shared/errors.ts'
import { readPictureFigures, type PictureFigures } from './picture-figures.ts'
import { installProbe, type ProbeState } from './probe.ts'

/** Starts a headless Chromium; its sandbox is off only for root, where Chromium refuses to run with it. */
export async function startHeadlessBrowser(): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === null) throw noBrowser()
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--disable-gpu', '--disable-quic', '--autoplay-policy=no-user-gesture-required'],
    chromiumSandbox: process.getuid?.() !== 0,
    // Otherwise the first signal would end this process at once, with the session left as it is.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
}

export interface HeadlessClient {
  /** File to open in the browser; it signs the page in. */
  openUrlFile(): Promise<string>
  /** Latest state of the (only) connection. */
  snapshot(): DesktopSnapshot | null
}

const firstFrameDeadlineMs = 90_000
const clickPauseMs = 150

async function waitFor<T>(
  what: string,
  deadlineMs: number,
  read: () => Promise<T | null> | T | null,
): Promise<T> {
  const end = Date.now() + deadlineMs
  for (;;) {
    const value = await read()
    if (value !== null) return value
    if (Date.now() > end) {
      throw fail('deadline-exceeded', 'step', { evidence: [{ label: 'step', value: what }] })
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Opens the client's page with the probe installed. */
export async function openPage(
  browser: Browser,
  client: HeadlessClient,
  size: { width: number; height: number },
): Promise<Page> {
  const context = await browser.newContext({ viewport: size })
  const page = await context.newPage()
  await page.addInitScript(installProbe)
  await page.goto(`file://${await client.openUrlFile()}`)
  await page.waitForURL(/^http:\/\/127\./)
  return page
}

export const readProbe = (page: Page): Promise<ProbeState> =>
  page.evaluate(() => Reflect.get(globalThis, 'vizlinkProbe') as ProbeState)

/** No user can decide here. @throws VizlinkError job-blocked */
function throwIfBlocked(snapshot: DesktopSnapshot | null): void {
  const step = blockedBy(snapshot?.steps ?? [])
  // The failure's own sentence says already that the job does not start.
  const why = step?.values?.reason ?? step
  if (why) throw fail('job-blocked', 'waits', { facts: { why } })
}

/** Clicks Connect and waits for the first shown picture with a valid counter; throws the connection's own failure. */
export async function connect(page: Page, client: HeadlessClient): Promise<void> {
  await page.getByRole('button', { name: /^connect$/i }).click()
  await waitFor('the first picture', firstFrameDeadlineMs, async () => {
    const failure = client.snapshot()?.failure
    if (failure) throw new VizlinkError(failure)
    throwIfBlocked(client.snapshot())
    return (await readProbe(page)).firstValidAt
  })
}

/** Clicks into the middle of the stream until `count` echoes were seen in the picture. */
async function clickAndSeeEchoes(page: Page, count: number): Promise<void> {
  const box = await page.locator('video#stream').boundingBox()
  if (!box) throw new Error('the stream is not visible')
  for (let done = 0; done < count; done++) {
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.75)
    await waitFor("a click's echo in the picture", 10_000, async () =>
      (await readProbe(page)).roundTrips.length > done ? true : null,
    )
    await page.waitForTimeout(clickPauseMs)
  }
}

/** Figures of the stream come about once a second: what was received is at least as much as was shown by now. */
async function newerFigures(client: HeadlessClient): Promise<void> {
  const known = client.snapshot()?.stream
  await waitFor('newer figures of the stream', 5000, () => {
    const now = client.snapshot()
    return now?.stream !== known || now?.failure ? true : null
  })
}

const percentile = (values: number[], share: number): number | null => {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null)
}

const round = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)

/** Runs the whole path and makes the report; never throws, a failure is part of the report. */
export async function runHeadless(
  client: HeadlessClient,
  options: {
    seconds: number
    video: VideoRequest
    components: Record<string, string>
    screenshot?: string
    /** Aborted when the run is to end early. */
    signal: AbortSignal
  },
): Promise<RunReport> {
  let failure: Failure | null = null
  let probe: ProbeState | null = null
  let facts: PictureFigures | null = null
  let shownOver = { frames: 0, seconds: 0 }
  let browser: Browser | null = null
  // Whatever is waited for ends with the browser.
  const interrupt = (): void => void browser?.close().catch(() => undefined)
  options.signal.addEventListener('abort', interrupt)
  try {
    browser = await startHeadlessBrowser()
    options.signal.throwIfAborted()
    const page = await openPage(browser, client, { width: options.video.width, height: options.video.height })
    await connect(page, client)
    await clickAndSeeEchoes(page, 8)
    const before = await readProbe(page)
    const startedAt = Date.now()
    await page.waitForTimeout(options.seconds * 1000)
    probe = await readProbe(page)
    shownOver = { frames: probe.shown - before.shown, seconds: (Date.now() - startedAt) / 1000 }
    await newerFigures(client)
    if (options.screenshot) await page.screenshot({ path: options.screenshot })
    facts = await readPictureFigures(page)
  } catch (error) {
    failure = toFailure(options.signal.aborted ? interrupted() : error)
  } finally {
    options.signal.removeEventListener('abort', interrupt)
    await browser?.close().catch(() => undefined)
  }
  const snapshot = client.snapshot()
  const echoSeen = (probe?.roundTrips.length ?? 0) > 0
  return {
    ok: failure === null && echoSeen,
    steps: (snapshot?.steps ?? []).flatMap((step) =>
      step.ms === null ? [] : [{ name: step.name, ms: Math.round(step.ms) }],
    ),
    clickToFirstFrameMs:
      probe?.firstValidAt && probe.connectClickedAt ? probe.firstValidAt - probe.connectClickedAt : null,
    requested: { width: options.video.width, height: options.video.height, fps: options.video.fps },
    framesReceived: snapshot?.stream?.framesReceived ?? 0,
    framesShown: probe?.shown ?? null,
    // The stream counts those of the relay as soon as a later picture has come.
    framesDropped:
      Math.max(snapshot?.stream?.framesDropped ?? 0, snapshot?.link?.droppedFrames ?? 0) +
      (facts?.framesDropped ?? 0),
    fpsShown: shownOver.seconds > 0 ? round(shownOver.frames / shownOver.seconds) : null,
    codec: snapshot?.stream?.codec ?? null,
    bitrateKbps: Math.round(snapshot?.stream?.bitrateKbps ?? 0),
    decode: {
      implementation: facts ? 'webcodecs' : null,
      hardware: facts?.hardware ?? false,
      p50Ms: facts?.decodeP50Ms ?? null,
      p99Ms: facts?.decodeP99Ms ?? null,
    },
    inputRoundTripMs: {
      p50: percentile(probe?.roundTrips ?? [], 0.5),
      p99: percentile(probe?.roundTrips ?? [], 0.99),
    },
    link: snapshot?.link ? 'ssh' : 'none',
    ...(snapshot?.pace && probe?.connectClickedAt
      ? { line: lineOf(snapshot.pace, probe.connectClickedAt) }
      : {}),
    site: options.components,
    ...(failure ? { error: forPrograms(failure) } : {}),
  }
}
