/**
 * Every text that a person reads: catalogues in `en` and `ko`, a file for each area, and what chooses and fills them.
 * Belongs here: words and grammar. Not: which text is right for what has happened.
 */
export type { FailureFacts } from './catalogues.generated.ts'
export {
  chooseLanguage,
  languages,
  languagesOfEnvironment,
  type Language,
  type LanguageWish,
} from './language.ts'
export {
  asText,
  isTextKey,
  saidIn,
  translate,
  translator,
  type Saying,
  type Text,
  type TextKey,
  type TextValue,
  type Translator,
  type Values,
} from './translate.ts'
