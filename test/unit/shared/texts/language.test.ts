import { expect, test } from 'vitest'
import { chooseLanguage, languagesOfEnvironment } from '../../../../src-main/shared/texts/index.ts'

test.each([
  [['ko-KR', 'en'], 'ko'],
  [['ko'], 'ko'],
  [['KO_kr.UTF-8'], 'ko'],
  [['de-DE', 'ko-KR', 'en'], 'ko'],
  [['en-GB', 'ko'], 'en'],
  [['de'], 'en'],
  [['kok-IN'], 'en'],
  [[], 'en'],
] as const)('the system speaks %j: %s', (system, expected) => {
  expect(chooseLanguage('system', system)).toBe(expected)
})

test('what the user chose comes before the system', () => {
  expect(chooseLanguage('en', ['ko-KR'])).toBe('en')
  expect(chooseLanguage('ko', [])).toBe('ko')
})

test.each([
  [{ LANG: 'ko_KR.UTF-8' }, ['ko_KR.UTF-8']],
  [{ LC_ALL: 'ko_KR.UTF-8', LANG: 'en_US.UTF-8' }, ['ko_KR.UTF-8']],
  [{ LC_MESSAGES: 'en_US.UTF-8', LANG: 'ko_KR.UTF-8' }, ['en_US.UTF-8']],
  [{ LC_ALL: '', LANG: 'ko_KR.UTF-8' }, ['ko_KR.UTF-8']],
  [{ LANGUAGE: 'ko:en', LANG: 'en_US.UTF-8' }, ['ko', 'en', 'en_US.UTF-8']],
  [{ LANGUAGE: 'ko', LC_ALL: 'C.UTF-8' }, []],
  [{ LC_ALL: 'POSIX', LANG: 'ko_KR.UTF-8' }, []],
  [{}, []],
])('the environment %j', (environment, expected) => {
  expect(languagesOfEnvironment(environment)).toEqual(expected)
})
