/** The languages of Vizlink's texts, and which of them a person gets. */

export const languages = ['en', 'ko'] as const
export type Language = (typeof languages)[number]

/** What the user asks for; `system`: the language of this computer. */
export type LanguageWish = Language | 'system'

/**
 * @param systemLanguages in the order of preference, as a browser (`ko-KR`) or an environment (`ko_KR.UTF-8`) writes them
 * @returns the first that Vizlink speaks; English where there is none
 */
export function chooseLanguage(wish: LanguageWish, systemLanguages: readonly string[]): Language {
  if (wish !== 'system') return wish
  const wanted = systemLanguages.map((name) => name.toLowerCase().split(/[-_.@]/)[0])
  return wanted.flatMap((name) => languages.find((language) => language === name) ?? [])[0] ?? 'en'
}

/**
 * The languages that an environment asks for, as POSIX says: the first of these variables that is not empty decides.
 * `LANGUAGE` is GNU's own list, which the C locale switches off.
 */
export function languagesOfEnvironment(environment: Record<string, string | undefined>): string[] {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  if (locale === '' || /^(C|POSIX)\b/.test(locale)) return []
  return [...(environment['LANGUAGE'] ?? '').split(':'), locale].filter((name) => name !== '')
}
