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
  for (const scenario of ['images', 'images-instead', 'images-long']) {
    await gallery().load(scenario)
    await chooser().click()
    await vncOptions().click()
    await page().getByRole('radio').nth(3).waitFor()
    await page().screenshot({ path: join(pictures, `${name}-${scenario}-open.png`), fullPage: true })
    expect(await gallery().accessibilityProblems()).toEqual([])
  }
})
