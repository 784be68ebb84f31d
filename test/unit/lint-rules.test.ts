/** Our own lint rules find what they are for, and nothing else. */
import { join } from 'node:path'
import { ESLint, Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, test } from 'vitest'

interface Selector {
  selector: string
  message: string
}
const { castByUnknown, wordsOutsideTheCatalogues } = (await import(
  join(import.meta.dirname, '../../eslint.config.js')
)) as { castByUnknown: Selector; wordsOutsideTheCatalogues: Selector[] }

function problems(code: string, selectors: Selector[]): number {
  const parser = tseslint.parser as Linter.Parser
  return new Linter().verify(code, [
    {
      languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
      rules: { 'no-restricted-syntax': ['error', ...selectors] },
    },
  ]).length
}

describe('the texts of a page are in the catalogues', () => {
  const problemsOf = (jsx: string): number =>
    problems(`export const Part = ({ on }) => ${jsx}`, wordsOutsideTheCatalogues)

  test.each([
    '<p>Connected</p>',
    '<p>연결됨</p>',
    "<p>{on ? 'Yes' : null}</p>",
    "<p>{'Connected'}</p>",
    '<p>{`Frames: ${on}`}</p>',
    "<p>{'Frames: ' + on}</p>",
    '<button title="Close" />',
    '<button aria-label={`Close ${on}`} />',
    "<input placeholder={'Name'} />",
    '<img alt="A desktop" />',
  ])('%s is refused', (jsx) => {
    expect(problemsOf(jsx)).toBe(1)
  })

  test.each([
    "<p>{t('stream.end')}</p>",
    "<p className={on ? 'wide' : 'narrow'}>{on}</p>",
    '<p data-part="bar" role="status">· {on} %</p>',
    '<button title={t(\'stream.end\')} type="button" />',
    "<p>{on === 'yes' && <b />}</p>",
  ])('%s is let through', (jsx) => {
    expect(problemsOf(jsx)).toBe(0)
  })
})

describe('no cast by way of unknown', () => {
  test.each([
    'take({} as unknown as Platform)',
    'take(({ a: 1 } as unknown) as Platform)',
    'const one = [] as unknown as string[]',
  ])('%s is refused', (code) => {
    expect(problems(code, [castByUnknown])).toBe(1)
  })

  test.each(['read(text) as unknown', 'const one = text as Platform', '[text as unknown] as unknown[]'])(
    '%s is let through',
    (code) => {
      expect(problems(code, [castByUnknown])).toBe(0)
    },
  )

  test.each([
    'src-main/app.ts',
    'src-renderer/main.tsx',
    'scripts/write-texts.ts',
    'test/unit/mirror.test.ts',
  ])('in %s', async (file) => {
    const linter = new ESLint()
    const config = (await linter.calculateConfigForFile(file)) as Linter.Config
    expect(JSON.stringify(config.rules?.['no-restricted-syntax'])).toContain(castByUnknown.message)
  })
})
