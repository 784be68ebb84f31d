/** Figures that are old look old: each panel after its own time, and not before. */
import { beforeEach, expect, test } from 'vitest'
import { withGallery } from './support/gallery-page.ts'

const gallery = withGallery()
/** When the page is opened; its clock is paused there. */
const began = Date.UTC(2026, 0, 2, 12)
beforeEach(async () => {
  await gallery().openContext('light')
  await gallery().page.clock.setFixedTime(began)
})

const minute = 60_000

/** The panels' figures were measured 3 seconds before the page was opened. */
const measuredBefore = 3000

/** Blocks and the first of their parts, with the age from which on they are old. */
const ages: [block: string, part: number, oldAfterMs: number][] = [
  ['gpu', 0, 15_000],
  ['services', 0, minute],
  ['services', 2, 3 * minute],
  ['nodes', 0, minute],
  ['queue', 0, minute],
  ['storage', 0, minute],
  ['storage', 1, 10 * minute],
  ['notifications', 0, 3 * minute],
  ['history', 0, 3 * minute],
]

test('each part is old after its own time, and what is old is grey', async () => {
  const { page } = gallery()
  await gallery().load('panels')
  await gallery().openAllDetails()
  const part = (block: string, at: number) => page.locator(`[data-block="${block}"] section`).nth(at)
  const isOld = async (block: string, at: number): Promise<boolean> =>
    (await part(block, at).getAttribute('data-stale')) !== null
  const times = [...new Set(ages.map(([, , ms]) => ms))].sort((one, other) => one - other)
  for (const time of times) {
    // Two seconds on either side: the page looks at its clock once a second.
    for (const ageMs of [time - 2000, time + 2000]) {
      await page.clock.setFixedTime(began + ageMs - measuredBefore)
      for (const [block, at, oldAfterMs] of ages)
        await expect
          .poll(() => isOld(block, at), { message: `${block} ${at} at ${ageMs} ms` })
          .toBe(ageMs > oldAfterMs)
    }
  }
  const colour = (): Promise<string> =>
    page.evaluate(`getComputedStyle(document.querySelector('[data-block="nodes"] section td')).color`)
  const old = await colour()
  await page.clock.setFixedTime(began)
  await expect.poll(colour).not.toBe(old)
})

test('what could not be measured again is old at once', async () => {
  const { page } = gallery()
  for (const [scenario, old] of [
    ['panels', 0],
    ['panels-last-failed', 1],
  ] as const) {
    await gallery().load(scenario)
    await gallery().openAllDetails()
    const part = page.locator('[data-block="nodes"] section').first()
    await part.waitFor()
    await expect.poll(() => part.and(page.locator('[data-stale]')).count(), { message: scenario }).toBe(old)
  }
})

test('the link and the picture are old when nothing was heard for ten seconds', async () => {
  const { page } = gallery()
  await gallery().load('panels')
  await gallery().openAllDetails()
  const part = page.locator('[data-block="link"] section')
  for (const [ms, old] of [
    [8000, false],
    [12_000, true],
  ] as const) {
    await page.clock.setFixedTime(began + ms)
    await expect.poll(() => part.getAttribute('data-stale').then((value) => value !== null)).toBe(old)
  }
})
