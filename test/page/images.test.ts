/** The choice of images: there where there is one, remembered, and never of one that is not there. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { text } from '../support/texts.ts'
import { pictures, withGallery } from './support/gallery-page.ts'

const gallery = withGallery('light')

const page = () => gallery().page
const card = () => page().locator('[data-part="card"]')
const chooser = () => page().getByText(text('images.title'), { exact: true })
const radio = (name: RegExp) => page().getByRole('radio', { name })
const changes = () => gallery().asked('settings.set')
const started = () => gallery().asked('desktop.start')
const connect = () =>
  page()
    .getByRole('button', { name: text('connect.connect'), exact: true })
    .click()
const vncOptions = () => page().getByText(text('images.vnc.title'))

test('with one image, or none, there is nothing to choose, and nothing is asked for', async () => {
  for (const scenario of ['idle', 'images-one']) {
    await gallery().load(scenario)
    await vncOptions().waitFor()
    expect(await gallery().asked('images.list')).toEqual([{ siteId: 'demo', kind: 'stream', user: null }])
    expect(await chooser().count()).toBe(0)
  }
  await connect()
  await expect.poll(started).toHaveLength(1)
  expect(Object.keys((await started())[0] as object)).not.toContain('image')
})

test('images that come later move nothing of the card', async () => {
  await gallery().load('idle')
  const button = () =>
    page()
      .getByRole('button', { name: text('connect.connect') })
      .boundingBox()
  const quality = () => page().getByText(text('connect.quality'), { exact: true }).boundingBox()
  const before = [await button(), await quality()]
  await gallery().load('images')
  await chooser().waitFor()
  expect([await button(), await quality()]).toEqual(before)
})

test('each image has its name, what is in it, and the reason where it cannot be chosen', async () => {
  await gallery().load('images-first')
  await chooser().click()
  expect(await radio(/^XFCE4/).isChecked()).toBe(true)
  const missing = radio(/^GNOME \+ LS-PrePost/)
  expect(await missing.isDisabled()).toBe(true)
  const about = await missing.getAttribute('aria-describedby')
  const said = await page().locator(`[id="${about}"]`).innerText()
  expect(said).toContain('LS-PrePost CAE software')
  expect(said).toContain(text('images.notAvailable'))
})

test('a choice by keyboard alone is remembered, and asked for', async () => {
  await gallery().load('images-first')
  await page().locator('summary', { has: chooser() }).focus()
  await page().keyboard.press('Enter')
  await page().keyboard.press('Tab')
  // Over the one that is not there, to the first again and back.
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await page().keyboard.press(key)
  expect(await radio(/^GNOME Desktop/).isChecked()).toBe(true)
  const values = ['gnome', 'desktop', 'gnome']
  await expect.poll(changes).toEqual(values.map((value) => ({ key: 'image', siteId: 'demo', value })))
  await connect()
  await expect.poll(started).toMatchObject([{ kind: 'stream', image: 'gnome' }])
})

test('what was chosen at an earlier start is chosen; a new session beside one that runs has it, too', async () => {
  await gallery().load('images')
  await chooser().waitFor()
  expect(await card().innerText()).toContain('GNOME Desktop (Sunshine)')
  await connect()
  await expect.poll(started).toMatchObject([{ image: 'gnome' }])
  expect(await changes()).toEqual([{ key: 'lastSite', value: 'demo' }])
})

test('a remembered image that is not there: one sentence, another one, and the choice is kept', async () => {
  await gallery().load('images-instead')
  const image = 'XFCE4 Desktop (Sunshine)'
  await page()
    .getByText(text('images.instead', { wanted: 'GNOME + LS-PrePost (Sunshine)', image }))
    .waitFor()
  await page().screenshot({ path: join(pictures, 'light-images-instead-live.png') })
  await connect()
  await expect.poll(started).toHaveLength(1)
  // The app decides by what is there then.
  expect((await started())[0]).not.toHaveProperty('image')
  expect(await changes()).toEqual([{ key: 'lastSite', value: 'demo' }])
})

test('where none is there the page says so before anything is asked for', async () => {
  await gallery().load('images-none')
  await page().getByText(text('images.none')).waitFor()
  await chooser().click()
  expect(
    await page()
      .getByRole('radio', { disabled: true, name: /Desktop/ })
      .count(),
  ).toBe(2)
})

test('an image that the administrator has set cannot be chosen', async () => {
  await gallery().load('images-managed')
  await chooser().click()
  await page().getByText(text('images.managed')).waitFor()
  expect(await radio(/^GNOME Desktop/).isChecked()).toBe(true)
  expect(await radio(/^XFCE4/).isDisabled()).toBe(true)
})

test('VNC: the portal is asked for images once they are to be seen; image, hours and size are remembered and asked for', async () => {
  await gallery().load('images')
  expect(await gallery().asked('images.list')).toHaveLength(1)
  await vncOptions().click()
  await radio(/^XFCE4 Desktop$/).check()
  await expect.poll(() => gallery().asked('images.list')).toMatchObject([{ kind: 'stream' }, { kind: 'vnc' }])
  await page().getByLabel(text('images.vnc.hours')).selectOption('2')
  await page().getByLabel(text('images.vnc.size')).selectOption('2560x1440')
  const of = { siteId: 'demo' }
  await expect.poll(changes).toEqual([
    { ...of, key: 'vncImage', value: 'xfce4' },
    { ...of, key: 'vncHours', value: 2 },
    { ...of, key: 'vncSize', value: '2560x1440' },
  ])
  await page()
    .getByRole('button', { name: text('vnc.openNew') })
    .click()
  await expect
    .poll(started)
    .toMatchObject([{ kind: 'vnc', image: 'xfce4', hours: 2, video: { width: 2560, height: 1440 } }])
})

test('VNC: hours and size can be left to the portal and the picture again', async () => {
  await gallery().load('images')
  await vncOptions().click()
  await page().getByLabel(text('images.vnc.hours')).selectOption('')
  await expect.poll(changes).toEqual([{ siteId: 'demo', key: 'vncHours', value: null }])
  await page()
    .getByRole('button', { name: text('vnc.openNew') })
    .click()
  await expect.poll(started).toHaveLength(1)
  expect((await started())[0]).toMatchObject({ video: { width: 1280, height: 720 } })
  expect((await started())[0]).not.toHaveProperty('hours')
})

test.each([
  ['light', { width: 1280, height: 1400 }],
  ['dark', { width: 1280, height: 1400 }],
  ['narrow', { width: 360, height: 1600 }],
] as const)('opened, %s', async (name, viewport) => {
  await gallery().openContext(name === 'dark' ? 'dark' : 'light', viewport)
  for (const scenario of ['images', 'images-instead', 'images-long']) {
    await gallery().load(scenario)
    await chooser().click()
    await vncOptions().click()
    await page().getByRole('radio').nth(3).waitFor()
    await page().screenshot({ path: join(pictures, `${name}-${scenario}-open.png`), fullPage: true })
    expect(await gallery().accessibilityProblems()).toEqual([])
  }
})
