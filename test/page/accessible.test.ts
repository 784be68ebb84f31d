/** Every state of the page in real Chromium breaks no rule of accessibility, in both themes. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scenarioNames } from './gallery/scenarios.ts'
import { pictures, withGallery } from './support/gallery-page.ts'

const gallery = withGallery('light')

test.each(scenarioNames)('%s', async (scenario) => {
  await gallery().load(scenario)
  const found: string[] = []
  for (const theme of ['light', 'dark'] as const) {
    await gallery().page.emulateMedia({ colorScheme: theme })
    await gallery().page.screenshot({ path: join(pictures, `${theme}-${scenario}.png`) })
  }
  await gallery().openAllDetails()
  found.push(...(await gallery().accessibilityProblems('colours')).map((problem) => `dark: ${problem}`))
  await gallery().page.emulateMedia({ colorScheme: 'light' })
  found.push(...(await gallery().accessibilityProblems()).map((problem) => `light: ${problem}`))
  expect(found).toEqual([])
})
