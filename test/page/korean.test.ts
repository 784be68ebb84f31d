/** Every state of the page in Korean: nothing of it is left in English, and nothing is cut off. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { translate, type TextKey } from '../../src-main/shared/texts/index.ts'
import { panelNames, scenarioNames, scenarioOf } from './gallery/scenarios.ts'
import { hasEnglishRow } from './support/english-words.ts'
import { pictures, withGallery } from './support/gallery-page.ts'

const gallery = withGallery('light')

/** Names and signs that are the same in every language. */
const anyLanguage =
  /(?<![A-Za-z])(Vizlink|VNC|SSH|GPU|CPU|Redis|Slurm|Sunshine|CAE|PIN|SHA|ID|URL|HTML|Markdown|English|UTC|H\.264|GET|MB|GB|kB|GiB|TiB|byte|ms|kbit|Mbit|srun|Ctrl|Alt|Shift|Page|Up|Down)\b/g
/** What Slurm and a node's sshd write themselves, in the words of no catalogue. */
const otherPrograms = [
  'The job is not yours.',
  'Access denied by pam_slurm_adopt: you have no active jobs on this node',
]
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

/**
 * Whether anything of a text is English: all of it; a word or two of the English catalogue among the page's own; or three words of that
 * catalogue in a row, also where a scenario has them as data.
 */
const isEnglish = (text: string, ownWords: string): boolean =>
  (!hangul.test(text) && word.test(ownWords)) ||
  hasEnglishRow(1, ownWords) ||
  hasEnglishRow(2, ownWords) ||
  hasEnglishRow(
    3,
    otherPrograms.reduce((rest, one) => rest.replaceAll(one, ' 0 '), text),
  )

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
    english: [...new Set(texts)].filter((text) => isEnglish(text, ownWords(text))),
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

describe('a text that is left in English is found', () => {
  test.each([
    ['all of it', (_korean: string, english: string) => english],
    ['beside Korean', (korean: string, english: string) => `${korean} ${english}`],
  ])('%s', async (_name, mixed) => {
    await gallery().page.setViewportSize({ width: 1280, height: 800 })
    await gallery().load('panels', 'ko')
    const keys: TextKey[] = [
      'panels.sources.dashboard',
      'panels.sources.slurm',
      'panels.services.noRoute',
      'panels.services.short.webSocket',
      'failures.portal-unreachable.no-answer.message',
      'questions.certificate.refuse',
    ]
    for (const key of keys) {
      const [korean, english] = (['ko', 'en'] as const).map((language) => translate({ key }, language))
      const planted = mixed(korean ?? '', english ?? '')
      await gallery().page.evaluate(
        `document.querySelector('h1, h2').textContent = ${JSON.stringify(planted)}`,
      )
      expect((await problemsIn('panels')).english, planted).toContain(planted)
    }
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
