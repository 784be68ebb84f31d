/**
 * The README's picture: the client on the demo site as a person sees it, without the strip that tests read.
 * `node scripts/demo/picture.ts FILE`; run by `npm run docs`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { startClient } from './client.ts'
import { openPage, startHeadlessBrowser } from './headless.ts'
import { startSiteProcess } from './site-process.ts'
import { VizlinkError } from '../../src-main/shared/errors.ts'

/** Pixels of the desktop; the page is as much higher as its bar, so that nothing is scaled. */
const [width, height, bar] = [1280, 720, 44]
const video = { width, height, fps: 30, bitrateKbps: 20_000 }
const deadlineMs = 60_000
/** Until the typed commands have answered and the encoder has come to rest on the still part of the picture. */
const settleMs = 4000

/** The site without a portal, under a name that a real one might have: its sign-in and its host need no warning. */
async function exampleProfile(batchProfile: string): Promise<string> {
  const profile = JSON.parse(await readFile(batchProfile, 'utf8')) as Record<string, unknown>
  const file = join(dirname(batchProfile), 'profile-example.json')
  await writeFile(file, JSON.stringify({ ...profile, name: 'Example cluster' }), { mode: 0o600 })
  return file
}

/** Two commands of an engineer, typed into the terminal, which has the keyboard. */
async function useTerminal(page: Page): Promise<void> {
  const box = await page.locator('[data-stream]').boundingBox()
  if (!box) throw new Error('the stream is not visible')
  await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.6)
  for (const line of ['sinfo', 'ls']) {
    await page.keyboard.type(line, { delay: 40 })
    await page.keyboard.press('Enter')
    await page.waitForTimeout(1000)
  }
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.8)
}

const file = process.argv[2]
if (file === undefined) throw new Error('the file of the picture is missing')
await using stack = new AsyncDisposableStack()
const site = await startSiteProcess(['--size', `${width}x${height}`, '--fps', String(video.fps)])
stack.defer(() => site.dispose())
const profile = await exampleProfile(site.ready.batchProfile)
const client = await startClient(profile, video, { dataFolder: join(dirname(profile), 'client') })
stack.defer(() => client.dispose())
const browser = await startHeadlessBrowser()
stack.defer(() => browser.close())
const page = await openPage(browser, client, { width, height: height + bar })
await page.getByRole('button', { name: /^connect$/i }).click()
stack.defer(() => client.endSession())
const { failure } = await client.waitFor(({ state }) => state === 'open' || state === 'failed', deadlineMs)
if (failure) throw new VizlinkError(failure)
const status = page.getByRole('button', { name: /^Status/ })
if ((await status.getAttribute('aria-pressed')) === 'true') await status.click()
await page.locator('video#stream').waitFor()
await page.waitForTimeout(settleMs)
await useTerminal(page)
await page.waitForTimeout(settleMs)
await page.screenshot({ path: file })
