/**
 * Every text that a person reads: catalogues in `en` and `ko`, a file for each area, and what chooses and fills them.
 * Belongs here: words and grammar. Not: which text is right for what has happened.
 */
export type { FailureFacts } from './catalogues.generated.ts'
export { chooseLanguage, languagesOfEnvironment, type Language } from './language.ts'
export {
  asText,
  isTextKey,
  translate,
  translator,
  type Text,
  type TextKey,
  type TextValue,
  type Values,
} from './translate.ts'
