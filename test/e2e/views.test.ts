/** Real sessions in one window: each has its own desktop, keyboard and end; the one that is hidden costs the page nothing. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readProbe } from '../../scripts/demo/headless.ts'
import type { CallOutput } from '../../src-main/shared/contract.ts'
import { clickTerminal } from './support/desktop-click.ts'
import { typeAsPerson } from './support/typing.ts'
import { vncCanvas, vncPictureShown } from './support/vnc-picture.ts'
import { startWholeClient, type WholeClient } from './support/whole-client.ts'
import { text } from '../support/texts.ts'
import { english } from '../support/english.ts'

let here: WholeClient
beforeAll(async () => {
  here = await startWholeClient({ nodes: 2 })
})
afterAll(() => here?.dispose())

const patience = 90_000

/** Waits until pictures were shown that were not there before, with counters that go up. */
async function newPictures(count = 5): Promise<void> {
  const before = (await readProbe(here.page)).counters.length
  const now = await vi.waitUntil(
    async () => {
      const shown = (await readProbe(here.page)).counters.slice(before)
      return shown.length >= count ? shown : null
    },
    { timeout: patience, message: 'new pictures' },
  )
  const newest = now.slice(-3)
  expect(newest).toEqual([...newest].sort((a, b) => a - b))
}

/** What the desktop that is shown has taken: the strip in its picture counts it. */
const taken = async () => {
  const { clicks, keys } = await readProbe(here.page)
  return { clicks, keys }
}

const untilTaken = (clicks: number, keys: number): Promise<true> =>
  vi.waitUntil(
    async () => {
      const now = await taken()
      return now.clicks === clicks && now.keys === keys
    },
    { timeout: patience, message: `the picture of a desktop with ${clicks} clicks and ${keys} keys` },
  )

/** Clicks into the terminal of the newest desktop and has a file written. @returns how many keys were pressed */
async function writeFile(name: string): Promise<number> {
  const shown = (await connections()).at(-1)?.session?.id ?? ''
  const readyFile = join(here.site.ready.folders.sessions, shown, 'ready.json')
  await clickTerminal(here.page, here.page.locator('[data-stream]'), readyFile)
  const file = join(here.site.directory, name)
  const pressed = await typeAsPerson(here.page, `echo seen > ${file}`)
  await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') === 'seen\n', {
    timeout: patience,
    message: 'the shell ran the line',
  })
  return pressed
}

const connections = async (): Promise<CallOutput<'desktop.list'>> => {
  const reply = await here.client.app.call({ id: 'test', trusted: true }, 'desktop.list', null)
  if (!reply.ok) throw new Error(english(reply.failure).message)
  return reply.value as CallOutput<'desktop.list'>
}

/** Ends the session of the view that is shown. */
async function endShown(): Promise<void> {
  await here.page.getByRole('button', { name: text('stream.end') }).click()
  await here.page
    .getByRole('dialog')
    .getByRole('button', { name: text('stream.end') })
    .click()
  await here.page.getByText(text('desktop.ended.ended')).waitFor({ timeout: patience })
}

test('two desktops in two views: the right picture, the right keyboard, an end of its own', async () => {
  const { page, site } = here
  await page.getByRole('button', { name: text('connect.connect'), exact: true }).click()
  await page.locator('[data-screen="stream"]').waitFor({ timeout: patience })
  await newPictures()
  const firstKeys = await writeFile('first.txt')
  await untilTaken(1, firstKeys)

  await page.getByRole('button', { name: text('stream.newSession') }).click()
  await page.getByRole('button', { name: text('connect.another') }).click()
  await page.locator('[data-screen="stream"]').waitFor({ timeout: patience })
  await newPictures()
  expect(await site.activeJobs()).toHaveLength(2)
  const [first, second] = await connections()
  expect(first?.session?.node).not.toBe(second?.session?.node)
  const tab = (one: typeof first) => page.getByRole('tab', { name: `${one?.session?.node} Connected` })
  expect(await tab(second).getAttribute('aria-selected')).toBe('true')
  await untilTaken(0, 0)

  // What is typed goes to the desktop that is shown, and to no other.
  const secondKeys = await writeFile('second.txt')
  await untilTaken(1, secondKeys)
  await tab(first).click()
  await untilTaken(1, firstKeys)
  await newPictures()

  // The hidden one is connected, and nothing on the page decodes it.
  await vi.waitUntil(() => page.workers().length === 1, { timeout: patience, message: 'one decoder' })
  expect(await page.locator('[data-stream]').count()).toBe(1)
  const received = async (): Promise<number> =>
    (await connections()).find(({ desktopId }) => desktopId === second?.desktopId)?.stream?.framesReceived ??
    0
  const before = await received()
  await vi.waitUntil(async () => (await received()) > before + 30, {
    timeout: 30_000,
    message: 'the hidden stream continues',
  })
  expect(page.workers()).toHaveLength(1)

  // With the desktop's keyboard, by keys alone.
  await page.keyboard.press('Control+Alt+Shift+PageDown')
  await newPictures()
  expect(await tab(second).getAttribute('aria-selected')).toBe('true')
  await page.screenshot({ path: join(import.meta.dirname, '../../test-results/views.png') })

  await endShown()
  expect(await site.activeJobs()).toEqual([first?.session?.jobId])
  await tab(first).click()
  // It took the three keys with which the view was changed, and let go of them; Page Down it never saw.
  await untilTaken(1, firstKeys + 3)
  await newPictures()
  expect(await page.getByRole('tablist').count()).toBe(0)
})

test('a VNC desktop beside the stream: its own view and end; the hidden one of the two costs the page nothing', async () => {
  const { page, site } = here
  const stream = page.getByRole('tab', { name: /^Demo site/ })
  const vnc = page.getByRole('tab', { name: /^VNC desktop .*Connected/ })
  await page.getByRole('button', { name: text('stream.newSession') }).click()
  await page.getByRole('button', { name: text('vnc.openNew') }).click()
  await vncPictureShown(page, patience)
  await vi.waitUntil(() => page.workers().length === 0, { timeout: patience, message: 'no decoder' })
  expect(await vnc.getAttribute('aria-selected')).toBe('true')
  expect(await site.activeJobs()).toHaveLength(2)

  // By keys alone, there and back, while the one desktop and then the other has the keyboard.
  await vncCanvas(page).focus()
  await page.keyboard.press('Control+Alt+Shift+PageUp')
  await newPictures()
  expect(await stream.getAttribute('aria-selected')).toBe('true')
  expect(await vncCanvas(page).count()).toBe(0)
  await page.keyboard.press('Control+Alt+Shift+PageDown')
  await vncPictureShown(page, patience)
  await page.screenshot({ path: join(import.meta.dirname, '../../test-results/views-vnc.png') })

  // A page that is loaded again finds both.
  await page.reload()
  await vncPictureShown(page, patience)
  await stream.waitFor({ timeout: patience })

  await page.getByRole('button', { name: text('stream.end') }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: text('stream.end') })
    .click()
  await page.getByText('You ended the session.').waitFor({ timeout: patience })
  await page.getByRole('tab', { name: /^VNC desktop .*Ended/ }).waitFor({ timeout: patience })
  await vi.waitUntil(async () => (await site.activeJobs()).length === 1, {
    timeout: patience,
    message: 'the stream’s job alone',
  })
  await stream.click()
  await newPictures()
  await endShown()
  expect(await site.activeJobs()).toEqual([])
})
