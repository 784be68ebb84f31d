/** Several views on the page: tabs by mouse, by keyboard and for screen readers; what each of them asks of the app. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pictures, withGallery } from './support/gallery-page.ts'
import { text } from '../support/texts.ts'

const gallery = withGallery('light')

const tab = (name: RegExp) => gallery().page.getByRole('tab', { name })
const shownTab = () => gallery().page.getByRole('tab', { selected: true })
const focused = (): Promise<string | null> =>
  gallery().page.evaluate(
    'document.activeElement?.getAttribute("data-view-tab") ?? document.activeElement?.tagName',
  )

test('one view has no tabs; another session is started beside it, and only by asking for one', async () => {
  await gallery().load('streaming')
  await gallery().page.locator('[data-screen="stream"]').waitFor()
  await expect.poll(() => gallery().page.getByRole('tablist').count()).toBe(0)
  await gallery()
    .page.getByRole('button', { name: text('stream.newSession') })
    .click()
  await shownTab()
    .filter({ hasText: text('stream.newSession') })
    .waitFor()
  await expect.poll(() => gallery().page.getByRole('tab').count()).toBe(2)
  await gallery().page.screenshot({ path: join(pictures, 'light-views-start.png') })
  await gallery()
    .page.getByRole('button', { name: text('connect.another') })
    .click()
  await expect
    .poll(() => gallery().asked('desktop.start'))
    .toMatchObject([{ siteId: 'demo', newSession: true }])
})

test('beside sessions that run, Connect takes one up and New session makes one', async () => {
  await gallery().load('ended')
  await gallery()
    .page.getByRole('button', { name: text('stream.newSession') })
    .click()
  await expect.poll(() => gallery().asked('desktop.start')).toMatchObject([{ newSession: true }])
  await gallery().load('ended')
  await gallery()
    .page.getByRole('button', { name: text('connect.connect'), exact: true })
    .click()
  await expect.poll(() => gallery().asked('desktop.start')).toHaveLength(1)
  expect(JSON.stringify(await gallery().asked('desktop.start'))).not.toContain('newSession')
})

test('tabs say name, node and state; the one that is clicked is shown with its own status', async () => {
  await gallery().load('views-two')
  await tab(/Demo site viz02 Connected/).waitFor()
  await expect.poll(() => shownTab().textContent()).toContain('viz01')
  await expect.poll(() => gallery().page.getByRole('tabpanel').count()).toBe(1)
  await tab(/viz02/).click()
  await expect.poll(() => shownTab().textContent()).toContain('viz02')
  await gallery()
    .page.getByRole('complementary', { name: text('stream.panel') })
    .getByText('4712')
    .waitFor()
  await expect
    .poll(async () => (await gallery().asked('status.watch')).at(-1))
    .toMatchObject({ desktopId: 'connection-2', on: true })
  // One view is there, not two: what is hidden costs nothing.
  await expect.poll(() => gallery().page.locator('[data-part="picture"]').count()).toBe(1)
  await gallery()
    .page.getByRole('button', { name: text('stream.disconnect') })
    .click()
  await expect
    .poll(() => gallery().asked('desktop.disconnect'))
    .toMatchObject([{ desktopId: 'connection-2' }])
})

test('by keyboard: arrows move along the tabs, Enter shows one and gives it the keyboard', async () => {
  await gallery().load('views-two')
  await shownTab().focus()
  await gallery().page.keyboard.press('ArrowLeft')
  await expect.poll(focused).toBe('connection-2')
  await expect.poll(() => shownTab().textContent()).toContain('viz01')
  await gallery().page.keyboard.press('Enter')
  await expect.poll(() => shownTab().textContent()).toContain('viz02')
  await expect.poll(focused).toBe('DIV')
})

test('Ctrl + Page Down changes the view from the page, and is the desktop’s own where that has the keyboard', async () => {
  await gallery().load('views-two')
  await gallery().page.locator('[data-stream]').focus()
  await gallery().page.keyboard.press('Control+PageDown')
  await expect.poll(() => shownTab().textContent()).toContain('viz01')
  await gallery().page.keyboard.press('Control+Alt+Shift+PageDown')
  await expect.poll(() => shownTab().textContent()).toContain('viz02')
  await gallery()
    .page.getByRole('button', { name: text('stream.panel') })
    .focus()
  await gallery().page.keyboard.press('Control+PageUp')
  await expect.poll(() => shownTab().textContent()).toContain('viz01')
})

test('a failure is shown in its own view: tried again there, or left for the view that continues', async () => {
  await gallery().load('views-failed')
  await tab(/viz02 Connected/).click()
  await gallery().page.locator('[data-screen="stream"]').waitFor()
  await tab(/Failed/).click()
  await gallery()
    .page.getByRole('button', { name: text('failure-card.retry') })
    .click()
  await expect.poll(() => gallery().asked('desktop.retry')).toMatchObject([{ desktopId: 'connection-1' }])
  await gallery()
    .page.getByRole('button', { name: text('failure-card.back') })
    .click()
  await gallery().page.locator('[data-screen="stream"]').waitFor()
  await expect.poll(() => gallery().page.getByRole('tablist').count()).toBe(0)
  await expect.poll(() => gallery().asked('desktop.forget')).toMatchObject([{ desktopId: 'connection-1' }])
})

test('a session that ended says so until its view is left', async () => {
  await gallery().load('views-two')
  await gallery().change('views-ended')
  await tab(/viz01 Ended/).waitFor()
  await gallery().page.getByText(text('desktop.ended.ended')).waitFor()
  await tab(/viz02/).click()
  await gallery().page.locator('[data-screen="stream"]').waitFor()
  await expect.poll(() => gallery().page.getByRole('tablist').count()).toBe(0)
})

test('one VNC desktop has no tabs; from its bar another session is started beside it', async () => {
  await gallery().load('vnc-stopped')
  await gallery().page.locator('[data-screen="vnc"]').waitFor()
  await expect.poll(() => gallery().page.getByRole('tablist').count()).toBe(0)
  await gallery()
    .page.getByRole('button', { name: text('stream.newSession') })
    .click()
  await shownTab()
    .filter({ hasText: text('stream.newSession') })
    .waitFor()
  await tab(/VNC desktop viz01 Connected/).click()
  await gallery().page.locator('[data-screen="vnc"]').waitFor()
})

test('a VNC desktop opened beside a stream has a tab; mouse and keys change between them, one of them is there', async () => {
  await gallery().load('views-two')
  await gallery()
    .page.getByRole('button', { name: text('stream.newSession') })
    .click()
  await gallery()
    .page.getByRole('button', { name: text('vnc.openNew') })
    .click()
  await expect
    .poll(() => gallery().asked('desktop.start'))
    .toMatchObject([{ siteId: 'demo', kind: 'vnc', user: 'ada' }])
  const vnc = gallery().page.locator('[data-screen="vnc"]')
  const stream = gallery().page.locator('[data-screen="stream"]')
  await vnc.waitFor()
  await expect.poll(() => shownTab().textContent()).toBe('VNC desktop viz01 Connected')
  await expect.poll(() => gallery().page.getByRole('tab').count()).toBe(3)

  await tab(/Demo site viz01/).click()
  await stream.waitFor()
  await expect.poll(() => vnc.count()).toBe(0)
  await gallery().page.locator('[data-stream]').focus()
  await gallery().page.keyboard.press('Control+Alt+Shift+PageDown')
  await vnc.waitFor()
  await expect.poll(() => stream.count()).toBe(0)
  await gallery()
    .page.getByRole('button', { name: text('stream.disconnect') })
    .focus()
  await gallery().page.keyboard.press('Control+PageDown')
  await expect.poll(() => shownTab().textContent()).toContain('viz02')
  await gallery().page.keyboard.press('Control+Alt+Shift+PageUp')
  await vnc.waitFor()

  await gallery()
    .page.getByRole('button', { name: text('stream.disconnect') })
    .click()
  await expect.poll(() => gallery().asked('desktop.disconnect')).toEqual([{ desktopId: 'desktop-1' }])
})

test('beside VNC sessions that are listed a new one is asked for, and only by saying so', async () => {
  await gallery().load('vnc-sessions')
  await gallery()
    .page.getByRole('button', { name: text('vnc.startNew') })
    .click()
  await expect.poll(() => gallery().asked('desktop.start')).toMatchObject([{ kind: 'vnc', newSession: true }])
})

test('a VNC desktop that is left gives the keyboard to the card that follows', async () => {
  await gallery().load('vnc-stopped')
  await gallery()
    .page.getByRole('button', { name: text('stream.disconnect') })
    .click()
  await gallery().change('vnc-left')
  await gallery().page.locator('[data-screen="connect"]').waitFor()
  await gallery().page.getByText(text('desktop.ended.disconnected')).waitFor()
  await expect.poll(focused).toBe('H1')
})

test('a tab says its state in full while there is room', async () => {
  await gallery().load('views-vnc')
  await tab(/VNC desktop visualisation-042 Connected/).waitFor()
  await expect
    .poll(() =>
      gallery().page.evaluate(`[...document.querySelectorAll('[role=tab] span')]
        .filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth > 0)
        .map((one) => one.textContent)`),
    )
    .toEqual([])
})

test('the end of a VNC desktop is asked for in its view and is its own', async () => {
  await gallery().load('views-vnc')
  await gallery().page.locator('[data-screen="vnc"]').waitFor()
  await gallery()
    .page.getByRole('button', { name: text('stream.end') })
    .click()
  await gallery()
    .page.getByRole('dialog')
    .getByRole('button', { name: text('stream.end') })
    .click()
  await expect.poll(() => gallery().asked('desktop.end')).toEqual([{ desktopId: 'desktop-1' }])
})

test('a VNC desktop that fails says so in its own view; left, the view that continues is shown', async () => {
  await gallery().load('views-vnc')
  await tab(/Demo site/).click()
  await gallery().change('views-vnc-failed')
  await tab(/VNC desktop .*Failed/).waitFor()
  await gallery().page.locator('[data-screen="stream"]').waitFor()
  await tab(/VNC desktop/).click()
  await gallery().page.locator('[data-screen="failed"]').waitFor()
  // This page did not open it.
  await gallery()
    .page.getByRole('button', { name: text('failure-card.retry') })
    .click()
  await expect.poll(() => gallery().asked('desktop.retry')).toEqual([{ desktopId: 'desktop-1' }])
  await gallery()
    .page.getByRole('button', { name: text('failure-card.back') })
    .click()
  await gallery().page.locator('[data-screen="stream"]').waitFor()
  await expect.poll(() => gallery().page.getByRole('tablist').count()).toBe(0)
  await expect.poll(() => gallery().asked('desktop.forget')).toEqual([{ desktopId: 'desktop-1' }])
})
