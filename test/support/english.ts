/** What an English user reads of a failure: assertions compare with the catalogues instead of with sentences of their own. */
import type { Failure } from '../../src-main/shared/errors.ts'
import { evidenceLabel, failureText } from '../../src-main/shared/failure-text.ts'

/** Sentence and next step; empty where there is no failure. */
export const english = (failure: Failure | null | undefined): { message: string; nextStep: string } =>
  failure ? failureText(failure, 'en') : { message: '', nextStep: '' }

/** The evidence, a line for each piece: `answer: 403`. */
export const evidenceLines = (failure: Failure | null | undefined): string[] =>
  (failure?.evidence ?? []).map((item) => `${evidenceLabel(item, 'en')}: ${item.value}`)
