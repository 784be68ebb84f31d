/**
 * What the panels beside the stream cost: processor time of the page's own process with the panel open, with it closed, in
 * turns within one run on the demo site. No input moves anything; the picture continues in both. `--seconds N` for each turn.
 */
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { readProbe } from '../demo/headless.ts'
import { openStream } from './support/stream.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } })
const seconds = Math.max(2, Math.min(120, Number(values.seconds) || 10))
const rounds = 3
const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 8000 }

interface Turn {
  panel: 'closed' | 'open'
  /** Share of one processor, percent. */
  page: number
  framesShown: number
}

/** Processor time of the page's process so far, s. */
async function pageSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: { type: string; cpuTime: number }[]
  }
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}

async function turn(browser: Browser, page: Page, panel: Turn['panel']): Promise<Turn> {
  const open = (await page.locator('[data-block]').count()) > 0
  if (open !== (panel === 'open')) await page.getByRole('button', { name: 'Status' }).click()
  if (panel === 'open')
    await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))')
  // What opening costs is not what being open costs.
  await page.waitForTimeout(2000)
  const [usedBefore, { shown: shownBefore }] = [await pageSeconds(browser), await readProbe(page)]
  const started = performance.now()
  await page.waitForTimeout(seconds * 1000)
  const used = (await pageSeconds(browser)) - usedBefore
  const took = (performance.now() - started) / 1000
  const { shown } = await readProbe(page)
  return { panel, page: Math.round((used / took) * 1000) / 10, framesShown: shown - shownBefore }
}

const mean = (turns: Turn[], panel: Turn['panel']): number => {
  const found = turns.filter((one) => one.panel === panel)
  return Math.round((found.reduce((sum, { page }) => sum + page, 0) / found.length) * 10) / 10
}

const stack = new AsyncDisposableStack()
try {
  const { client, browser, page } = await openStream(stack, video)
  const turns: Turn[] = []
  for (let round = 0; round < rounds; round++)
    for (const panel of ['closed', 'open'] as const) turns.push(await turn(browser, page, panel))
  const [closed, open] = [mean(turns, 'closed'), mean(turns, 'open')]
  const { stream, link } = client.snapshot() ?? {}
  await client.endSession()
  console.log(
    JSON.stringify({
      benchmark: 'panels',
      unit: 'percent of one processor, page process',
      secondsEach: seconds,
      closed,
      open,
      ratio: closed > 0 ? Math.round((open / closed) * 100) / 100 : null,
      framesDropped: Math.max(stream?.framesDropped ?? 0, link?.droppedFrames ?? 0),
      turns,
    }),
  )
} finally {
  await stack.disposeAsync()
}
