/** Our own lint rules find what they are for, and nothing else. */
import { join } from 'node:path'
import { ESLint, Linter, type Rule } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, test } from 'vitest'

interface Selector {
  selector: string
  message: string
}
const { castByUnknown } = (await import(join(import.meta.dirname, '../../eslint.config.js'))) as {
  castByUnknown: Selector
}
const { shownTexts } = (await import(join(import.meta.dirname, '../../scripts/lint/shown-texts.mjs'))) as {
  shownTexts: Rule.RuleModule
}

function problems(code: string, config: Linter.Config): number {
  const parser = tseslint.parser as Linter.Parser
  const languageOptions = { parser, parserOptions: { ecmaFeatures: { jsx: true } } }
  const messages = new Linter().verify(code, [{ languageOptions, ...config }])
  expect(messages.filter(({ fatal }) => fatal)).toEqual([])
  return messages.length
}

describe('the texts that a person reads are in the catalogues', () => {
  const problemsOf = (code: string): number =>
    problems(code, {
      plugins: { vizlink: { rules: { 'shown-texts': shownTexts } } },
      rules: { 'vizlink/shown-texts': 'error' },
    })
  const part = (jsx: string): string => `export const Part = ({ on }) => ${jsx}`

  test.each([
    '<p>Connected</p>',
    '<p>연결됨</p>',
    "<p>{on ? 'Yes' : null}</p>",
    "<p>{'Connected'}</p>",
    '<p>{`Frames: ${on}`}</p>',
    "<p>{'Frames: ' + on}</p>",
    "<p>{`${on ? 'Yes' : ''}`}</p>",
    "<p>{on ?? 'None'}</p>",
    "<p>{on && ('Yes' as string)}</p>",
    "<p>{on.map(() => 'Yes')}</p>",
    '<button title="Close" />',
    '<button aria-label={`Close ${on}`} />',
    '<div aria-valuetext="Half" />',
    "<input placeholder={'Name'} />",
    '<img alt="A desktop" />',
    '<Dialog heading="Sign in" />',
    '<Button text="Connect" />',
    "<Dialog title={on ? 'Sign in' : ''} />",
    '<Banner dismissLabel="Close" />',
    '<TextField label="Name" />',
    '<TextField hint="As at the portal" />',
    '<Disclosure summary="Details" />',
    '<Figure name="Codec">{on}</Figure>',
  ])('of the page: %s is refused', (jsx) => {
    expect(problemsOf(part(jsx))).toBe(1)
  })

  test.each([
    "const a = 'Hello'; const Part = () => <p>{a}</p>",
    "const Part = () => { const a = 'Hello'; return <Dialog title={a} /> }",
    "const texts = { open: 'Open', count: 1 }; const Part = () => <p>{texts.open}</p>",
    "const texts = { open: 'Open', count: 1 } as const; const Part = ({ name }) => <p>{texts[name]}</p>",
    "const Part = ({ label = 'Close' }) => <button aria-label={label} />",
    "const nameOf = (on) => (on ? 'Yes' : ''); const Part = ({ on }) => <p>{nameOf(on)}</p>",
    "function nameOf(on) { if (on) return 'Yes'; return '' } const Part = ({ on }) => <p>{nameOf(on)}</p>",
  ])('of the page, by a name: %s is refused', (code) => {
    expect(problemsOf(code)).toBe(1)
  })

  test.each([
    "say('The session has ended.')",
    'say(`Ended: ${id}`)',
    "const words = 'Ended'; say(words)",
    "process.stdout.write('Ended\\n')",
    'process.stderr.write(`${id} has ended\\n`)',
    "console.log('Ended')",
    "await askLine('Password: ')",
    "new InvalidArgumentError('Not a number')",
    "new Option('--site <file>', 'profile of the site')",
    "program.command('end').description('Ends a session')",
    "program.option('--json', 'as JSON')",
    "program.error('Name a site', { exitCode: 2 })",
  ])('of the command line: %s is refused', (code) => {
    expect(problemsOf(code)).toBe(1)
  })

  test.each([
    part("<p>{t('stream.end')}</p>"),
    part("<p className={on ? 'wide' : 'narrow'}>{on}</p>"),
    part('<p data-part="bar" role="status">· {on} %</p>'),
    part('<button title={t(\'stream.end\')} type="button" />'),
    part("<p>{on === 'yes' && <b />}</p>"),
    part('<input name="user" aria-labelledby="user-label" />'),
    "const a = 'wide'; const Part = () => <p className={a} />",
    "const parts = { name: 'bar', size: 1 }; const Part = () => <p data-part={parts.name}>{parts.size}</p>",
    "say(t('cli.sessions.none'))",
    'say(`  ${name}: ${value}`)',
    "process.stdout.write(`${JSON.stringify({ state: 'ended' })}\\n`)",
    "program.command('end').option('--json', t('cli.help.json'))",
  ])('%s is let through', (code) => {
    expect(problemsOf(code)).toBe(0)
  })

  test.each([
    'src-renderer/app.tsx',
    'src-renderer/notices.tsx',
    'src-main/cli.ts',
    'src-main/cli/output.ts',
  ])('in %s', async (file) => {
    const config = (await new ESLint().calculateConfigForFile(file)) as Linter.Config
    expect(config.rules?.['vizlink/shown-texts']).toEqual([2])
  })
})

describe('no cast by way of unknown', () => {
  const problemsOf = (code: string): number =>
    problems(code, { rules: { 'no-restricted-syntax': ['error', castByUnknown] } })

  test.each([
    'take({} as unknown as Platform)',
    'take(({ a: 1 } as unknown) as Platform)',
    'const one = [] as unknown as string[]',
  ])('%s is refused', (code) => {
    expect(problemsOf(code)).toBe(1)
  })

  test.each(['read(text) as unknown', 'const one = text as Platform', '[text as unknown] as unknown[]'])(
    '%s is let through',
    (code) => {
      expect(problemsOf(code)).toBe(0)
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
