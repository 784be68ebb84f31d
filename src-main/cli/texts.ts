/** The command line's texts. */
import { wishedLanguage } from '../services/settings/index.ts'
import type { Failure } from '../shared/errors.ts'
import { failureText } from '../shared/failure-text.ts'
import { userDataFolder } from '../shells/data-folder.ts'
import { chooseLanguage, languagesOfEnvironment, translator } from '../shared/texts/index.ts'

/** The environment's until the settings are read. */
export let language = chooseLanguage('system', languagesOfEnvironment(process.env))
export let t = translator(language)

/** From here on the texts are in the language that the settings ask for. */
export async function followSettings(): Promise<void> {
  language = chooseLanguage(await wishedLanguage(userDataFolder()), languagesOfEnvironment(process.env))
  t = translator(language)
}

/** What happened and what to do, of a failure. */
export const inWords = (failure: Failure): { message: string; nextStep: string } =>
  failureText(failure, language)

/** Columns that a terminal shows it in: Korean syllables take two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (width, sign) => width + (/[\u1100-\u115f\u3000-\u303f\uac00-\ud7a3\uff00-\uff60]/.test(sign) ? 2 : 1),
    0,
  )

/** A cell of a table, as wide as it shall be. */
export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))
