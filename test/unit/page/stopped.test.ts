/** A page without a program cannot choose a language: it shows its texts in all of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { languages, translator, type TextKey } from '../../../src-main/shared/texts/index.ts'

const html = readFileSync(join(import.meta.dirname, '../../../src-renderer/stopped.html'), 'utf8')
const words = html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const keys: readonly TextKey[] = [
  'shell.stopped.heading',
  'shell.stopped.safe',
  'shell.stopped.next',
  'shell.stopped.again',
]

test.each(languages)('the page that says that the window stopped says it in %s', (language) => {
  for (const key of keys) expect(words).toContain(translator(language)(key as 'shell.stopped.heading'))
})

test('its title is the catalogue’s', () => {
  expect(html).toContain(`<title>${translator('en')('shell.stopped.title')}</title>`)
})
