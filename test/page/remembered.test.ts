/** What was chosen at an earlier start is on the page again, and what is chosen now is remembered. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pictures, withGallery } from './support/gallery-page.ts'

const gallery = withGallery('light')

const page = () => gallery().page
const name = () => page().getByLabel('User name at the portal')
const picture = (label: RegExp) => page().getByRole('radio', { name: label })
const panel = () => page().getByRole('complementary', { name: 'Status' })
const changes = () => gallery().asked('settings.set')

test('site, user name and picture of the last start are in the form, and are what Connect asks for', async () => {
  await gallery().load('idle-remembered')
  await expect.poll(() => page().getByLabel('Site', { exact: true }).inputValue()).toBe('demo')
  expect(await name().inputValue()).toBe('grace')
  await gallery().openAllDetails()
  expect(await picture(/^Sharp and smooth/).isChecked()).toBe(true)
  await page().screenshot({ path: join(pictures, 'light-idle-remembered-form.png') })
  expect(await changes()).toEqual([])
  await page().getByRole('button', { name: 'Connect', exact: true }).click()
  await expect
    .poll(() => gallery().asked('desktop.start'))
    .toMatchObject([{ siteId: 'demo', user: 'grace', video: { width: 1920, fps: 60 } }])
})

test('each site has a user name of its own, until one is typed', async () => {
  await gallery().load('idle-remembered')
  await page().getByLabel('Site', { exact: true }).selectOption('other')
  await expect.poll(() => name().inputValue()).toBe('hopper')
  await name().fill('lovelace')
  await page().getByLabel('Site', { exact: true }).selectOption('demo')
  expect(await name().inputValue()).toBe('lovelace')
})

test('what is chosen and used is remembered: the picture at once, the name when it is connected with', async () => {
  await gallery().load('idle-ask-user')
  await gallery().openAllDetails()
  await page().getByText('Light', { exact: true }).click()
  await expect.poll(changes).toEqual([{ key: 'picture', value: 'light' }])
  await name().fill('ada')
  expect(await changes()).toHaveLength(1)
  await page().getByRole('button', { name: 'Connect', exact: true }).click()
  await expect.poll(changes).toEqual([
    { key: 'picture', value: 'light' },
    { key: 'lastSite', value: 'demo' },
    { key: 'userName', siteId: 'demo', value: 'ada' },
  ])
})

test('what the administrator has set cannot be chosen, and a file that could not be used is said', async () => {
  await gallery().load('idle-managed')
  await gallery().openAllDetails()
  expect(await picture(/^Light/).isChecked()).toBe(true)
  expect(await picture(/^Large/).isDisabled()).toBe(true)
  await page().getByText('Your administrator has chosen the picture').waitFor()
  await page().getByText('Your settings could not be read.').waitFor()
  await page().screenshot({ path: join(pictures, 'light-idle-managed-form.png') })
})

test('a panel that was hidden last stays hidden; toggling it is remembered', async () => {
  await gallery().load('streaming-no-panel')
  await panel().waitFor({ state: 'hidden' })
  await page().getByRole('button', { name: 'Status' }).click()
  await panel().waitFor()
  await page().getByRole('button', { name: 'Status' }).click()
  await panel().waitFor({ state: 'hidden' })
  await expect.poll(changes).toEqual([
    { key: 'panel', value: 'shown' },
    { key: 'panel', value: 'hidden' },
  ])
})
