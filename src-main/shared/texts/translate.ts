/** Turns keys of the catalogues into sentences. */
import { createInstance } from 'i18next'
import { catalogues, type TextValues } from './catalogues.generated.ts'
import { languages, type Language } from './language.ts'
import { withParticles } from './particles.ts'

/** The name of a text: its file, then the way to it in the file. */
export type TextKey = keyof TextValues

/** What is put into a text: plain, or a text of its own. */
export type TextValue = string | number | Text

/** A sentence as data, as it crosses processes: who shows it chooses the language. */
export interface Text {
  key: TextKey
  values?: Record<string, TextValue>
}

/** The types of the values that a text needs. */
export type Values<Needs> = { [Name in keyof Needs]: Needs[Name] extends 'number' ? number : TextValue }

/** The values that a text needs, as arguments. */
type ValuesOf<Key extends TextKey> = keyof TextValues[Key] extends never ? [] : [Values<TextValues[Key]>]

/** Gives the text of a key in one language; what it needs is checked by the compiler. */
export type Translator = <Key extends TextKey>(key: Key, ...values: ValuesOf<Key>) => string

const texts = createInstance()
// With the catalogues at hand it is ready when this returns.
void texts.init({
  resources: Object.fromEntries(languages.map((name) => [name, { translation: catalogues[name] }])),
  lng: 'en',
  fallbackLng: 'en',
  initAsync: false,
  // React and the terminal escape what they show. A value is never read for placeholders or keys again.
  interpolation: { escapeValue: false, skipOnVariables: true },
})

/** `14:05`, of Unix ms. */
const clock = (at: number, language: string | undefined): string =>
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
texts.services.formatter?.add('clock', clock)

/** The names of all texts; plural forms share one. */
function namesOf(tree: object, above: string): string[] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? namesOf(value, `${above}${name}.`)
      : [`${above}${name.replace(/_(one|other)$/, '')}`],
  )
}
let names: Set<string> | null = null

/** Whether a text of this name exists: for names from outside. */
export const isTextKey = (key: string): key is TextKey =>
  (names ??= new Set(namesOf(catalogues.en, ''))).has(key)

/** @returns the sentence in that language; English where it has none yet */
export function translate({ key, values = {} }: Text, language: Language): string {
  const inserted = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'object' ? translate(value, language) : value,
  ])
  const sentence = texts.t(key, { ...Object.fromEntries(inserted), lng: language }) as string
  return language === 'ko' ? withParticles(sentence) : sentence
}

/** What is shown as it is (a program's own words), or a text of the catalogues. */
export type Saying = string | Text

export const saidIn = (saying: Saying, language: Language): string =>
  typeof saying === 'string' ? saying : translate(saying, language)

/** A sentence as data; its values are checked by the compiler. */
export const asText = <Key extends TextKey>(key: Key, ...[values]: ValuesOf<Key>): Text => ({
  key,
  ...(values === undefined ? {} : { values }),
})

const translators = Object.fromEntries(
  languages.map((language) => [
    language,
    (key: TextKey, values?: Record<string, TextValue>) =>
      translate({ key, ...(values === undefined ? {} : { values }) }, language),
  ]),
) as Record<Language, Translator>

/** The same function at each call. */
export const translator = (language: Language): Translator => translators[language]
