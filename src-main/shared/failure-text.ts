/** Failures in words, for page and command line. */
import type { EvidenceItem, Failure } from './errors.ts'
import { isTextKey, translate, type Language, type Saying, type TextKey } from './texts/index.ts'

/**
 * @returns one sentence that says what happened, and one that says what to do now
 */
export function failureText(failure: Failure, language: Language): { message: string; nextStep: string } {
  const { kind, reason, facts, circumstance } = failure
  const own = (part: string): string =>
    translate({ key: knownKey(`failures.${kind}.${reason}.${part}`, part), values: facts }, language)
  const [message, nextStep] = [own('message'), own('nextStep')]
  if (circumstance === undefined) return { message, nextStep }
  const around = (part: 'message' | 'nextStep', inner: string): string =>
    translate({ key: `circumstances.${circumstance}.${part}`, values: { inner } }, language)
  // Reconnecting is over when the session's circumstances are told: what is left to do is with the user.
  const first =
    kind === 'link-lost' && circumstance !== 'named-host'
      ? translate({ key: 'circumstances.network' }, language)
      : nextStep
  return { message: around('message', message), nextStep: around('nextStep', first) }
}

/** What happened or what to do, as data; in English where it is made from texts already: texts are not nested further. */
export function sentenceOf(failure: Failure, part: 'message' | 'nextStep' = 'message'): Saying {
  const { kind, reason, facts } = failure
  const key = `failures.${kind}.${reason}.${part}`
  const plain = Object.values(facts).every((fact) => typeof fact !== 'object')
  return isTextKey(key) && plain ? { key, values: facts } : failureText(failure, 'en')[part]
}

/** A failure from a part of another version may have a reason that has no words here. */
const knownKey = (key: string, part: string): TextKey =>
  isTextKey(key)
    ? key
    : part === 'message'
      ? 'failures.internal.unexpected.message'
      : 'failures.internal.unexpected.nextStep'

/** What a piece of evidence is called. */
export function evidenceLabel({ label, values = {} }: EvidenceItem, language: Language): string {
  const key = `evidence.${label}`
  return isTextKey(key) ? translate({ key, values }, language) : label
}
