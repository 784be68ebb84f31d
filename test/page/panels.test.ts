/** The panels beside the stream in real Chromium: every state in both themes and narrow, by keyboard, calm, honest. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { panelNames } from './gallery/scenarios.ts'
import { pictures, withGallery } from './support/gallery-page.ts'
import { text } from '../support/texts.ts'

const wide = { width: 1280, height: 800 }
const narrow = { width: 360, height: 740 }

const gallery = withGallery()

describe('the panels beside the stream', () => {
  const block = (name: string) => gallery().page.locator(`[data-block="${name}"]`)

  describe.each([
    ['light', wide, panelNames],
    ['dark', wide, ['panels', 'panels-stale', 'panels-invented']],
    ['light', narrow, ['panels', 'panels-error', 'panels-long']],
  ] as const)('%s, %j', (theme, size, names) => {
    beforeAll(() => gallery().openContext(theme, { ...size, height: 2600 }))

    test.each(names)('%s, everything open', async (name) => {
      await gallery().load(name)
      if (size === narrow)
        await gallery()
          .page.getByRole('button', { name: text('stream.panel') })
          .click()
      await gallery().openAllDetails()
      // A site without a portal has no pages to open.
      const launcher = gallery().page.getByText(text('panels.launcher.opensInBrowser'))
      if (name === 'panels-no-portal') await expect.poll(() => launcher.count()).toBe(0)
      else await launcher.waitFor()
      await gallery().page.screenshot({ path: join(pictures, `${theme}-${size.width}-${name}-open.png`) })
      expect(await gallery().accessibilityProblems()).toEqual([])
      const wider = await gallery().page.evaluate(
        "(() => { const one = document.querySelector('aside'); return one.scrollWidth - one.clientWidth })()",
      )
      expect(wider).toBeLessThanOrEqual(0)
    })
  })

  describe('used', () => {
    beforeAll(() => gallery().openContext('light'))

    test('values that arrive move no title while blocks are folded', async () => {
      await gallery().load('panels-waiting')
      const places = () =>
        gallery().page.evaluate(
          `[...document.querySelectorAll('[data-block]')].map((one) => [one.dataset.block, one.getBoundingClientRect().top])`,
        )
      const before = (await places()) as [string, number][]
      await gallery().change('panels')
      await gallery()
        .page.getByText(text('panels.nodes.usable', { usable: '1', all: '2' }))
        .waitFor()
      const after = new Map((await places()) as [string, number][])
      const first = before.findIndex(([name]) => name === 'gpu')
      // From the graphics card on: the session's block gains the portal's own word once, above them.
      const shift = after.get('gpu')! - before[first]![1]
      for (const [name, top] of before
        .slice(first)
        .filter(([name]) => !['link', 'picture', 'launcher'].includes(name)))
        expect(after.get(name), name).toBe(top + shift)
    })

    test('by keyboard: a block is opened, stays open over changes, and says its figures', async () => {
      await gallery().load('panels')
      await block('services').locator('summary').press('Enter')
      await gallery().page.getByText(text('panels.services.askedHere')).waitFor()
      await gallery().change('panels-stale')
      await gallery().page.getByText('The portal did not answer in time.').first().waitFor()
      await expect
        .poll(() => gallery().page.getByText(text('panels.services.askedHere')).isVisible())
        .toBe(true)
      await block('services').locator('summary').press('Space')
      await gallery().page.getByText(text('panels.services.askedHere')).waitFor({ state: 'detached' })
    })

    test('a plot has its figures in words', async () => {
      await gallery().load('panels')
      const label = await gallery()
        .page.getByRole('img', { name: /GPU: Use/ })
        .getAttribute('aria-label')
      expect(label).toMatch(/^GPU: Use over the last 5 minutes: now \d+%, lowest \d+%, highest \d+%$/)
    })

    test('what is made up, old or failed is not shown as measured', async () => {
      await gallery().load('panels-invented')
      await block('nodes').locator('summary').click()
      await expect.poll(() => block('nodes').getByText('not measured').count()).toBeGreaterThan(0)
      await gallery().load('panels')
      await block('nodes').locator('summary').click()
      await gallery().page.getByText('They measure nothing.').waitFor()
      await block('services').locator('summary').click()
      await gallery().page.getByText('The portal always says this').waitFor()
    })

    test.each(['light', 'dark'] as const)(
      'figures that are old are greyed, each in its part (%s)',
      async (theme) => {
        await gallery().openContext(theme)
        /** The look of a part's figures: whether it is old, and the figure's colour and slant. */
        const looks = (part: string, figure: string) =>
          block(part).evaluate((one, selector) => {
            const shown = one.querySelector(selector)!
            const { color, fontStyle } = getComputedStyle(shown)
            return { stale: shown.closest('[data-stale]') !== null, color, fontStyle }
          }, figure)
        const figures = [
          ['nodes', 'td'],
          ['storage', 'li span + span'],
          ['gpu', 'dd'],
        ] as const
        const open = async (): Promise<void> => {
          await gallery().openAllDetails()
          for (const [part, figure] of figures) await block(part).locator(figure).first().waitFor()
        }
        await gallery().load('panels')
        await open()
        const fresh = await Promise.all(figures.map(([part, figure]) => looks(part, figure)))
        await gallery().change('panels-stale')
        await gallery().page.getByText('The portal did not answer in time.').first().waitFor()
        await open()
        for (const [index, [part, figure]] of figures.entries()) {
          const before = fresh[index]!
          expect(before, part).toMatchObject({ stale: false, fontStyle: 'normal' })
          await expect
            .poll(() => looks(part, figure), { message: part })
            .toMatchObject({ stale: true, fontStyle: 'italic' })
          expect((await looks(part, figure)).color, part).not.toBe(before.color)
        }
      },
    )

    test('costly figures are asked for by a button alone, pages of the portal by theirs', async () => {
      await gallery().load('panels')
      await block('storage').locator('summary').click()
      await gallery()
        .page.getByRole('button', { name: text('panels.storage.lookNowNamed', { what: 'Data disk' }) })
        .waitFor()
      expect(await gallery().asked('status.refresh')).toEqual([])
      await gallery()
        .page.getByRole('button', { name: text('panels.storage.lookNowNamed', { what: 'Data disk' }) })
        .press('Enter')
      await block('launcher').locator('summary').click()
      // A page that is not there is not offered.
      await expect
        .poll(() => block('launcher').getByRole('button').allTextContents())
        .toEqual([
          text('panels.launcher.pages.dashboard'),
          text('panels.launcher.pages.vnc'),
          text('panels.launcher.pages.cae'),
          text('panels.launcher.pages.app'),
        ])
      await gallery()
        .page.getByRole('button', { name: text('panels.launcher.pages.vnc') })
        .press('Enter')
      await expect
        .poll(() => gallery().asked('status.refresh'))
        .toEqual([{ siteId: 'demo', part: 'dataDisk' }])
      await expect.poll(() => gallery().asked('portal.open')).toEqual([{ siteId: 'demo', page: '/vnc' }])
    })

    test('a closed panel watches nothing and draws nothing', async () => {
      await gallery().load('panels')
      await gallery()
        .page.getByRole('button', { name: text('stream.panel') })
        .click()
      await expect
        .poll(async () => (await gallery().asked('status.watch')).at(-1))
        .toEqual({ siteId: 'demo', on: false })
      await expect.poll(() => gallery().page.locator('[data-block]').count()).toBe(0)
      await gallery()
        .page.getByRole('button', { name: text('stream.panel') })
        .click()
      await block('gpu').waitFor()
    })
  })
})
