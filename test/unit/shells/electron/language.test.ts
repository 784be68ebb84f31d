/** The dialogs of the Electron shell speak the language of the settings, also when it changes, else the system's. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fail } from '../../../../src-main/shared/errors.ts'
import { translator } from '../../../../src-main/shared/texts/index.ts'

test.each([
  [null, 'en'],
  ['ko', 'ko'],
] as const)('setting %s: %s', async (setting, language) => {
  vi.resetModules()
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-language-'))
  onTestFinished(() => {
    vi.doUnmock('electron')
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })
  vi.stubEnv('XDG_DATA_HOME', folder)
  mkdirSync(join(folder, 'vizlink'))
  if (setting !== null)
    writeFileSync(join(folder, 'vizlink', 'settings.json'), JSON.stringify({ language: setting }))
  const shown: unknown[] = []
  vi.doMock('electron', () => ({
    app: { whenReady: () => Promise.resolve(), getPreferredSystemLanguages: () => ['en-US'] },
    dialog: { showMessageBox: (box: unknown) => Promise.resolve(shown.push(box)) },
  }))
  const { showStartFailure } = await import('../../../../src-main/shells/electron/index.ts')
  await showStartFailure(fail('internal', 'unexpected'))
  expect(shown).toMatchObject([{ title: translator(language)('shell.startFailed') }])
  const { currentLanguage, followLanguage } = await import('../../../../src-main/shells/electron/language.ts')
  const other = language === 'ko' ? 'en' : 'ko'
  followLanguage({
    subscribe(listener) {
      listener('desktop.changed', {})
      listener('settings.changed', { language: { value: other } })
      return () => undefined
    },
  })
  expect(currentLanguage()).toBe(other)
})
