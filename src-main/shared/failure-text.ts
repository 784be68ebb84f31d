/** Failures in words, for page and command line. */
import type { EvidenceItem, Failure } from './errors.ts'
import { isTextKey, translate, type Language, type Text } from './texts/index.ts'

/**
 * @returns one sentence that says what happened, and one that says what to do now
 */
export function failureText(failure: Failure, language: Language): { message: string; nextStep: string } {
  const { kind, circumstance } = failure
  const message = translate(sentenceOf(failure, 'message'), language)
  const nextStep = translate(sentenceOf(failure, 'nextStep'), language)
  if (circumstance === undefined) return { message, nextStep }
  const around = (part: 'message' | 'nextStep', inner: string): string =>
    translate({ key: `circumstances.${circumstance}.${part}`, values: { inner } }, language)
  // Reconnecting is over when the session's circumstances are shown: what is left to do is with the user.
  const first =
    kind === 'link-lost' && circumstance !== 'named-host'
      ? translate({ key: 'circumstances.network' }, language)
      : nextStep
  return { message: around('message', message), nextStep: around('nextStep', first) }
}

/**
 * What happened or what to do now, as data: for what crosses processes without the failure. A failure from a part of another version
 * may have a reason that has no words here.
 */
export function sentenceOf({ kind, reason, facts }: Failure, part: 'message' | 'nextStep' = 'message'): Text {
  const key = `failures.${kind}.${reason}.${part}`
  return isTextKey(key) ? { key, values: facts } : { key: `failures.internal.unexpected.${part}` }
}

/** What a piece of evidence is called. */
export function evidenceLabel({ label, values = {} }: EvidenceItem, language: Language): string {
  const key = `evidence.${label}`
  return isTextKey(key) ? translate({ key, values }, language) : label
}
