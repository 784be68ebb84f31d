/** What a translator relies on: both languages have the same texts with the same placeholders. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generatedTexts } from '../../../../scripts/write-texts.ts'

const folder = join(import.meta.dirname, '../../../../src-main/shared/texts')
const areas = readdirSync(join(folder, 'en'))

function flat(tree: object, above = ''): Map<string, unknown> {
  return new Map(
    Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? [...flat(value, `${above}${name}.`)]
        : [[`${above}${name}`, value] as [string, unknown]],
    ),
  )
}
const read = (language: string, area: string): Map<string, unknown> =>
  flat(JSON.parse(readFileSync(join(folder, language, area), 'utf8')) as object)

const plural = /_(one|other)$/
const bases = (texts: Map<string, unknown>) => [
  ...new Set([...texts.keys()].map((key) => key.replace(plural, ''))),
]
/** The placeholders of a text in all its forms, with their formats. */
const placeholders = (texts: Map<string, unknown>, base: string) =>
  [...texts]
    .filter(([key]) => key.replace(plural, '') === base)
    .flatMap(([, text]) => String(text).match(/\{\{[^}]*\}\}/g) ?? [])
    .map((placeholder) => placeholder.replaceAll(/\s/g, ''))

test('both languages have the same files', () => {
  expect(readdirSync(join(folder, 'ko'))).toEqual(areas)
})

test('the generated file is fresh (node scripts/write-texts.ts)', async () => {
  expect(readFileSync(join(folder, 'catalogues.generated.ts'), 'utf8')).toBe(await generatedTexts())
})

describe.each(areas)('%s', (area) => {
  const [english, korean] = [read('en', area), read('ko', area)]

  test('every text is a sentence or a word, with names that are keys', () => {
    for (const [key, text] of [...english, ...korean]) {
      expect(text, key).toMatch(/^\S.*\S$|^\S$/s)
      expect(key).toMatch(/^[\w-]+(\.[\w-]+)*$/)
    }
  })

  test('plural forms: one and other in English, other alone in Korean', () => {
    for (const key of english.keys())
      if (plural.test(key)) {
        const base = key.replace(plural, '')
        expect([english.has(`${base}_one`), english.has(`${base}_other`), english.has(base)]).toEqual([
          true,
          true,
          false,
        ])
      }
    expect([...korean.keys()].filter((key) => key.endsWith('_one'))).toEqual([])
  })

  test('Korean has the texts of English and no other', () => {
    const missing = bases(english).filter((base) => !bases(korean).includes(base))
    expect(missing).toEqual([])
    expect(bases(korean).filter((base) => !bases(english).includes(base))).toEqual([])
    for (const base of bases(korean))
      expect(korean.has(`${base}_other`), base).toBe(english.has(`${base}_other`))
  })

  test('a text has the same placeholders in both languages', () => {
    for (const base of bases(korean))
      expect([...new Set(placeholders(korean, base))].sort(), base).toEqual(
        [...new Set(placeholders(english, base))].sort(),
      )
  })
})
