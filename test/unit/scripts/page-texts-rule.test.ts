/** The lint rule that keeps a page's texts in the catalogues finds what a person reads, and nothing else. */
import { join } from 'node:path'
import { Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { expect, test } from 'vitest'

const { wordsOutsideTheCatalogues } = (await import(
  join(import.meta.dirname, '../../../eslint.config.js')
)) as { wordsOutsideTheCatalogues: { selector: string; message: string }[] }

function problems(jsx: string): number {
  const parser = tseslint.parser as Linter.Parser
  return new Linter().verify(`export const Part = ({ on }) => ${jsx}`, [
    {
      languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
      rules: { 'no-restricted-syntax': ['error', ...wordsOutsideTheCatalogues] },
    },
  ]).length
}

test.each([
  '<p>Connected</p>',
  '<p>연결됨</p>',
  "<p>{on ? 'Yes' : null}</p>",
  "<p>{'Connected'}</p>",
  '<button title="Close" />',
  '<button aria-label={`Close ${on}`} />',
  "<input placeholder={'Name'} />",
  '<img alt="A desktop" />',
])('%s is refused', (jsx) => {
  expect(problems(jsx)).toBe(1)
})

test.each([
  "<p>{t('stream.end')}</p>",
  "<p className={on ? 'wide' : 'narrow'}>{on}</p>",
  '<p data-part="bar" role="status">· {on} %</p>',
  '<button title={t(\'stream.end\')} type="button" />',
  "<p>{on === 'yes' && <b />}</p>",
])('%s is let through', (jsx) => {
  expect(problems(jsx)).toBe(0)
})
