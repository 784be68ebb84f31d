/** A desktop with a picture that can move, watched in a real page over a line that can be made narrow. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Browser, Page } from 'playwright-core'
import { startClient, type DemoClient } from '../../scripts/demo/client.ts'
import { connect, openPage, readProbe, startHeadlessBrowser } from '../../scripts/demo/headless.ts'
import type { DesktopSnapshot, VideoRequest } from '../../src-main/shared/model/desktop.ts'
import { createLogger } from '../../src-main/shells/node/index.ts'
import { startSite } from '../site/index.ts'
import type { Site, SiteOptions } from '../site/types.ts'
import { readEncoded, type Encoded, type Span } from './encoded-pictures.ts'
import type { MovingPicture } from './moving-picture-worker.ts'
import { layNarrowLine, type NarrowLine } from './narrow-line.ts'

/** Small enough for two processors that do something else, too. */
export const size = { width: 640, height: 360 }
export const fps = 30
/** What a person's preset asks for: far more than a slow line carries. */
export const usualVideo: VideoRequest = { ...size, fps, bitrateKbps: 8000 }

export interface SiteOnLine {
  site: Site
  line: NarrowLine
  encoded(): Encoded
}

/** @param stack disposes of it all */
export async function startSiteOnLine(
  stack: AsyncDisposableStack,
  options: SiteOptions = {},
): Promise<SiteOnLine> {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-line-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const line = await layNarrowLine(folder)
  stack.defer(() => line.dispose())
  const site = stack.use(
    await startSite({
      ...{ desktop: 'plain', strip: true, nodes: 1, size, fps, loginHost: line.loginHost },
      ...options,
    }),
  )
  return { site, line, encoded: () => readEncoded(site.ready.folders.sessions) }
}

/** A click that was seen in the picture, or not. */
export interface Echo {
  /** Unix ms. */
  at: number
  /** Until the picture that has it was shown; null: none came. */
  ms: number | null
}

export interface WatchedDesktop {
  client: DemoClient
  page: Page
  /** Whether the picture moves. */
  move(moves: boolean): void
  log(): string
  /** When the page was informed that its stream is being resumed with another rate, Unix ms. */
  resumes(): number[]
  /** Clicks into the picture until `ms` have passed. */
  echoes(ms: number): Promise<Echo[]>
  /** Ends the session. */
  end(): Promise<void>
}

const echoDeadlineMs = 8000
const clickPauseMs = 350

/**
 * Signs in, connects and waits for the first picture. Several may follow one another on one site.
 * @param start of the client that is watched
 */
export async function watchDesktop(
  { site }: SiteOnLine,
  video: VideoRequest,
  start: typeof startClient = startClient,
): Promise<WatchedDesktop> {
  await using undo = new AsyncDisposableStack()
  const data = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  undo.defer(() => rmSync(data, { recursive: true, force: true }))
  const lines: string[] = []
  const logger = createLogger({ level: 'debug', stream: { write: (line: string) => void lines.push(line) } })
  const client = await start(site.ready.profile, video, { dataFolder: data, logger })
  undo.defer(() => client.dispose())
  undo.defer(() => client.endSession())
  const browser: Browser = await startHeadlessBrowser()
  undo.defer(() => browser.close())
  const page = await openPage(browser, client, { width: size.width, height: size.height + 80 })
  const resumes: number[] = []
  client.app.subscribe((event, data) => {
    const since = event === 'desktop.changed' ? (data as DesktopSnapshot).pace?.changingSince : null
    if (since && resumes.at(-1) !== since) resumes.push(since)
  })
  await connect(page, client)
  const picture = new Worker(join(import.meta.dirname, 'moving-picture-worker.ts'), {
    workerData: movingOn(site),
  })
  const broken = new Promise<never>((_, reject) => picture.once('error', reject))
  broken.catch(() => undefined)
  undo.defer(() => picture.terminate().then(() => undefined))
  const kept = undo.move()
  return {
    client,
    page,
    move: (moves) => picture.postMessage(moves),
    log: () => lines.join(''),
    resumes: () => [...resumes],
    async echoes(ms) {
      const seen: Echo[] = []
      for (const end = Date.now() + ms; Date.now() < end; await delay(clickPauseMs)) {
        const { roundTrips } = await readProbe(page)
        const box = await page.locator('video#stream').boundingBox()
        if (!box) throw new Error('the stream is not visible')
        const at = Date.now()
        await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.75)
        let now = roundTrips
        while (now.length === roundTrips.length && Date.now() < at + echoDeadlineMs) {
          await delay(20)
          now = (await readProbe(page)).roundTrips
        }
        seen.push({ at, ms: now[roundTrips.length] ?? null })
      }
      return seen
    },
    end: () => kept.disposeAsync(),
  }
}

/** The newest host's screen, most of it. */
function movingOn(site: Site): MovingPicture {
  const { sessions } = site.ready.folders
  const [newest] = readdirSync(sessions)
    .map((session) => join(sessions, session, 'ready.json'))
    .filter((file) => existsSync(file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  if (newest === undefined) throw new Error('no host is ready')
  const { display, xauthority } = JSON.parse(readFileSync(newest, 'utf8')) as MovingPicture
  return { display, xauthority, width: 480, height: 280, x: 120, y: 50, fps }
}

/** A span of so many ms that begins now. */
export async function spanOf(ms: number): Promise<Span> {
  const from = Date.now()
  await delay(ms)
  return [from, Date.now()]
}
