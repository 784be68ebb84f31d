/** Every state of the page in Korean: nothing of it is left in English, and nothing is cut off. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { panelNames, scenarioNames, scenarioOf } from './gallery/scenarios.ts'
import { pictures, withGallery } from './support/gallery-page.ts'

const gallery = withGallery('light')

/** Names and signs that are the same in every language. */
const anyLanguage =
  /(?<![A-Za-z])(Vizlink|VNC|SSH|GPU|CPU|Redis|Slurm|Sunshine|CAE|PIN|SHA|ID|URL|HTML|Markdown|English|UTC|H\.264|GET|MB|GB|kB|GiB|TiB|byte|ms|kbit|Mbit|srun|Ctrl|Alt|Shift|Page|Up|Down)\b/g
const hangul = /[\uac00-\ud7a3]/
const word = /[A-Za-z]{2,}/

/** Every text in a state's data: what portal, cluster and app said, which the page shows as it is. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** Texts of the page, also those that are only read out, and texts that are cut off. */
const look = `(() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true })
  const own = (one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('').trim()
  const all = [...document.body.querySelectorAll('*:not(code)')].filter(shown)
  const texts = all.flatMap((one) => [
    own(one),
    ...['aria-label', 'aria-description', 'title', 'placeholder'].map((name) => one.getAttribute(name) ?? ''),
  ])
  const cut = all.filter((one) => {
    const { overflowX, overflowY } = getComputedStyle(one)
    // What is cut off by design can be read in full by its tooltip.
    if (own(one) === '' || one.clientWidth <= 1 || one.closest('[title]')) return false
    return (overflowX !== 'visible' && overflowX !== 'auto' && one.scrollWidth > one.clientWidth + 1) ||
      (overflowY !== 'visible' && overflowY !== 'auto' && one.scrollHeight > one.clientHeight + 1)
  })
  return { texts: [document.title, ...texts].filter((text) => text !== ''), cut: cut.map(own) }
})()`

async function problemsIn(scenario: string): Promise<{ english: string[]; cut: string[] }> {
  const data = textsIn(scenarioOf(scenario))
    .map((text) => text.trim())
    .filter((text) => text.length > 1)
    .flatMap((text) => [text, text.toLowerCase()])
  data.sort((left, right) => right.length - left.length)
  const isData = (text: string): boolean => data.some((one) => text.includes(one))
  const { texts, cut } = await gallery().page.evaluate<{ texts: string[]; cut: string[] }>(look)
  const ownWords = (text: string): string =>
    data.reduce((rest, one) => rest.replaceAll(one, ' '), text).replace(anyLanguage, ' ')
  return {
    english: [...new Set(texts)].filter((text) => !hangul.test(text) && word.test(ownWords(text))),
    cut: cut.filter((text) => !isData(text)),
  }
}

describe.each([
  ['wide', { width: 1280, height: 800 }],
  ['narrow', { width: 360, height: 740 }],
] as const)('%s', (name, viewport) => {
  test.each([...scenarioNames, ...panelNames])('%s', async (scenario) => {
    await gallery().page.setViewportSize(viewport)
    await gallery().load(scenario, 'ko')
    await gallery().openAllDetails()
    await gallery().page.screenshot({ path: join(pictures, `ko-${name}-${scenario}.png`), fullPage: true })
    expect(await problemsIn(scenario)).toEqual({ english: [], cut: [] })
    expect(await gallery().page.evaluate('document.documentElement.lang')).toBe('ko')
  })
})

test('the switch lets the page speak the other language at once, and the system’s again', async () => {
  await gallery().page.setViewportSize({ width: 1280, height: 800 })
  await gallery().load('idle')
  const choice = gallery().page.getByRole('combobox', { name: 'Language' })
  await choice.selectOption('ko')
  await gallery().page.getByRole('heading', { name: 'Demo site에서 작업하기' }).waitFor()
  await expect.poll(() => gallery().asked('settings.set')).toEqual([{ key: 'language', value: 'ko' }])
  const korean = gallery().page.getByRole('combobox', { name: '언어' })
  await korean.selectOption('system')
  await gallery().page.getByRole('heading', { name: 'Work at Demo site' }).waitFor()
})
