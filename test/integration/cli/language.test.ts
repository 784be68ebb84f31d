/** Which language the command line speaks: the one of the settings, else that of its environment. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { translator } from '../../../src-main/shared/texts/index.ts'
import { start } from '../../support/running-program.ts'

test.each([
  [null, 'en_US.UTF-8', 'en'],
  [null, 'ko_KR.UTF-8', 'ko'],
  ['ko', 'en_US.UTF-8', 'ko'],
  ['en', 'ko_KR.UTF-8', 'en'],
] as const)('setting %s, environment %s: %s', async (setting, locale, language) => {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-language-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'vizlink'))
  const file = join(folder, 'vizlink', 'settings.json')
  if (setting !== null) writeFileSync(file, JSON.stringify({ language: setting }))
  const run = start('src-main/cli.ts', ['end', '--help'], folder, { LC_ALL: locale, LANGUAGE: undefined })
  const { code, stdout } = await run.result
  expect(code).toBe(0)
  for (const key of ['cli.help.usage', 'cli.help.end'] as const)
    expect(stdout.replace(/\s+/g, ' ')).toContain(translator(language)(key))
})
