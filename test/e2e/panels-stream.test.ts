/** The panels beside a running stream: all open and busy, and not one frame is lost by it. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readProbe } from '../../scripts/demo/headless.ts'
import { losesNoFrame } from './support/lost-frames.ts'
import { startWholeClient, type WholeClient } from './support/whole-client.ts'
import { text } from '../support/texts.ts'

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

async function post(index: number): Promise<void> {
  await fetch(`http://${here.site.ready.services.dashboard}/api/notifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: `Message ${index}`, message: '<img src=x onerror=alert(1)> '.repeat(30) }),
  })
}

test('open and busy panels lose no frame', async () => {
  const { page, client } = here
  await page.getByRole('button', { name: text('connect.connect'), exact: true }).click()
  await client.waitFor(({ state }) => state === 'open' || state === 'failed', 60_000)
  expect(client.snapshot()?.failure).toBeNull()
  await pictures(10)

  await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))')
  await block('gpu')
    .getByRole('img', { name: /GPU: Use/ })
    .waitFor({ timeout: 30_000 })
  await block('nodes').getByText('Slurm over SSH').waitFor({ timeout: 30_000 })
  await block('session').getByText('Redis over SSH').waitFor({ timeout: 30_000 })
  await losesNoFrame(here, busy)
  // Text of strangers stays text.
  expect(await block('notifications').locator('img').count()).toBe(0)
  expect((await readProbe(page)).invalid).toBe(0)
  await client.endSession()
})

/** Messages come by the dozen while blocks are folded, and the panel is closed and opened again. */
async function busy(): Promise<void> {
  const { page, client } = here
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => post(round * 20 + index)))
    await block('services').locator('summary').click()
    await page.getByRole('button', { name: text('stream.panel') }).click()
    await page.getByRole('button', { name: text('stream.panel') }).click()
    await pictures(20)
  }
  await block('notifications').getByText('Message 59').waitFor({ timeout: 30_000 })

  // The host numbers its frames from 1: as many must have arrived as the newest picture says.
  const counter = await newest()
  const { stream } = await client.waitFor((now) => (now.stream?.framesReceived ?? 0) >= counter, 20_000)
  await vi.waitUntil(async () => (await newest()) >= (stream?.framesReceived ?? Infinity), {
    timeout: 30_000,
    message: 'the picture is as new',
  })
}
