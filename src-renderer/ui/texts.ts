/** The page's texts in the language that the user chose: `t` reads the catalogues, a switch draws the page again. */
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { EvidenceItem, Failure } from '../../src-main/shared/errors.ts'
import { evidenceLabel, failureText } from '../../src-main/shared/failure-text.ts'
import {
  chooseLanguage,
  saidIn,
  translator,
  type Language,
  type LanguageWish,
  type Saying,
  type Translator,
} from '../../src-main/shared/texts/index.ts'

const store = createStore<{ wish: LanguageWish }>(() => ({ wish: 'system' }))

const languageOf = ({ wish }: { wish: LanguageWish }): Language => chooseLanguage(wish, navigator.languages)

/** The language of everything that is drawn now. */
export const currentLanguage = (): Language => languageOf(store.getState())

/** The text of a key, as the page speaks now. Read it while drawing: what is kept stays in its language. */
export const t: Translator = (key, ...values) => translator(currentLanguage())(key, ...values)

/** A sentence that came as data, or words of a program. */
export const say = (saying: Saying): string => saidIn(saying, currentLanguage())

/** What happened and what to do, of a failure. */
export const inWords = (failure: Failure): { message: string; nextStep: string } =>
  failureText(failure, currentLanguage())

/** What a piece of evidence is called. */
export const labelOf = (item: EvidenceItem): string => evidenceLabel(item, currentLanguage())

export const wishForLanguage = (wish: LanguageWish): void => store.setState({ wish })

/** What the user asked for. */
export const useLanguageWish = (): LanguageWish => useStore(store, ({ wish }) => wish)

/** For the root of the page: a switch draws everything below it again, and assistive programs read it as that language. */
export function useLanguage(): void {
  const language = useStore(store, languageOf)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
}
