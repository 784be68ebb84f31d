/** Not one frame of a desktop is lost on its way: from the click that opens it, and beside open and busy panels. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readProbe } from '../../scripts/demo/headless.ts'
import { readPictureFigures } from '../../scripts/demo/picture-figures.ts'
import { startWholeClient, type WholeClient } from '../e2e/support/whole-client.ts'
import { text } from '../support/texts.ts'
import { losesNoFrame } from './support/lost-frames.ts'

let here: WholeClient
beforeAll(async () => {
  here = await startWholeClient({ redisAccess: {} })
})
afterAll(() => here?.dispose())

const block = (name: string) => here.page.locator(`[data-block="${name}"]`)
const newest = async (): Promise<number> => (await readProbe(here.page)).counters.at(-1) ?? 0

/** Waits until so many further pictures were shown. */
async function pictures(count: number): Promise<void> {
  const { shown } = await readProbe(here.page)
  await vi.waitUntil(async () => (await readProbe(here.page)).shown >= shown + count, {
    timeout: 60_000,
    message: 'pictures',
  })
}

/** The host numbers its frames from 1: as many must have arrived as the newest picture says, and the picture is as new. */
async function everyFrameArrived(): Promise<void> {
  const counter = await newest()
  const { stream } = await here.client.waitFor((now) => (now.stream?.framesReceived ?? 0) >= counter, 20_000)
  await vi.waitUntil(async () => (await newest()) >= (stream?.framesReceived ?? Infinity), {
    timeout: 30_000,
    message: 'the picture is as new',
  })
  expect((await readProbe(here.page)).invalid).toBe(0)
}

test('one click shows the desktop, and no frame is lost on the way', async () => {
  const { page, client } = here
  await losesNoFrame(here, async () => {
    await page.getByRole('button', { name: text('connect.connect'), exact: true }).click()
    await client.waitFor(({ state }) => state === 'open' || state === 'failed', 60_000)
    expect(client.snapshot()?.failure).toBeNull()
    await pictures(120)
  })
  const { counters, unread, untold } = await readProbe(page)
  // One picture may be read twice (the element moves on while it is read), none comes back.
  expect(counters).toEqual([...counters].sort((a, b) => a - b))
  const [first = 0, last = 0] = [counters[0], counters.at(-1)]
  // All arrive (below). Those not shown were replaced by a newer one: by the page, which counts them, or now and then by
  // the browser, which has the screen's own pace. What it did show without saying so in time it counts itself.
  const span = last - first + 1
  const skipped = span - new Set(counters).size - unread - untold
  // The page's figures are renewed once a second.
  await expect
    .poll(async () => (await readPictureFigures(page)).framesDropped, { timeout: 5000 })
    .toBeGreaterThanOrEqual(skipped - span / 10)
  await everyFrameArrived()
})

test('open and busy panels lose no frame', async () => {
  const { page } = here
  await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))')
  await block('gpu')
    .getByRole('img', { name: /GPU: Use/ })
    .waitFor({ timeout: 30_000 })
  await block('nodes').getByText('Slurm over SSH').waitFor({ timeout: 30_000 })
  await block('session').getByText('Redis over SSH').waitFor({ timeout: 30_000 })
  await losesNoFrame(here, async () => {
    await busyPanels()
    await everyFrameArrived()
  })
  // Text of strangers stays text.
  expect(await block('notifications').locator('img').count()).toBe(0)
})

/** Messages come by the dozen while blocks are folded, and the panel is closed and opened again. */
async function busyPanels(): Promise<void> {
  const { page } = here
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => post(round * 20 + index)))
    await block('services').locator('summary').click()
    await page.getByRole('button', { name: text('stream.panel') }).click()
    await page.getByRole('button', { name: text('stream.panel') }).click()
    await pictures(20)
  }
  await block('notifications').getByText('Message 59').waitFor({ timeout: 30_000 })
}

async function post(index: number): Promise<void> {
  await fetch(`http://${here.site.ready.services.dashboard}/api/notifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: `Message ${index}`, message: '<img src=x onerror=alert(1)> '.repeat(30) }),
  })
}
