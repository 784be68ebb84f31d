/** Every state of the page in a window of 360 pixels. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scenarioNames } from './gallery/scenarios.ts'
import { pictures, withGallery } from './support/gallery-page.ts'
import { text } from '../support/texts.ts'

const width = 360
const gallery = withGallery('light', { width, height: 740 })

test.each(scenarioNames)('%s needs no scrolling sideways', async (scenario) => {
  await gallery().load(scenario)
  await gallery().page.screenshot({ path: join(pictures, `narrow-${scenario}.png`), fullPage: true })
  await gallery().openAllDetails()
  const needed = await gallery().page.evaluate('document.documentElement.scrollWidth')
  expect(needed).toBeLessThanOrEqual(width)
  const outside = await gallery().page.evaluate(`[...document.querySelectorAll('button, input, select, h1')]
    .filter((one) => one.checkVisibility())
    .filter((one) => { const box = one.getBoundingClientRect(); return box.left < -0.5 || box.right > 360.5 })
    .map((one) => one.outerHTML)`)
  expect(outside).toEqual([])
})

test('the panel covers the stream and can be closed again', async () => {
  await gallery().load('streaming')
  const panel = gallery().page.getByRole('complementary', { name: text('stream.panel') })
  await panel.waitFor({ state: 'hidden' })
  await gallery()
    .page.getByRole('button', { name: text('stream.panel') })
    .click()
  await panel.waitFor()
  await gallery().page.screenshot({ path: join(pictures, 'narrow-streaming-panel.png') })
  expect(await gallery().accessibilityProblems()).toEqual([])
  await gallery()
    .page.getByRole('button', { name: text('stream.panel') })
    .click()
  await panel.waitFor({ state: 'hidden' })
})
