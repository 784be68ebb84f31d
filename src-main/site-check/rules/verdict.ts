/** What a rule says of one finding. */
import type { CheckResult, FindingId } from '../../shared/model/site-check.ts'
import type { Saying } from '../../shared/texts/index.ts'
import { asText, type TextKey } from '../../shared/texts/index.ts'
import type { Observations, Seen } from '../observations.ts'

export interface Verdict {
  result: CheckResult
  seen: Saying
  reason: Saying | null
}

export type Rule = (o: Observations) => Verdict
export type Rules = Partial<Record<FindingId, Rule>>

export const pass = (seen: Saying): Verdict => ({ result: 'pass', seen, reason: null })
export const warning = (seen: Saying): Verdict => ({ result: 'warning', seen, reason: null })
export const failure = (seen: Saying): Verdict => ({ result: 'fail', seen, reason: null })
export const notTestable = (reason: Saying, seen: Saying = ''): Verdict => ({
  result: 'not-testable',
  seen,
  reason,
})

type NameOf<Key> = Key extends `site-check-reasons.${infer Name}` ? Name : never
/** Names of reasons that are always the same sentence. */
type PlainReason = Exclude<
  NameOf<TextKey>,
  | 'failed'
  | 'late'
  | 'maybeShared'
  | 'noAddress'
  | 'redisClusterUnknown'
  | 'redisRefusesScan'
  | 'redisRefusesUser'
>

/** Not testable for a reason of the catalogue. */
export const untested = (reason: PlainReason, seen: Saying = ''): Verdict =>
  notTestable(asText(`site-check-reasons.${reason}`), seen)

/** Judges what was seen; what could not be looked at is not testable for that reason. */
export function judged<T>(sight: Seen<T>, judge: (value: T) => Verdict): Verdict {
  return sight.ok ? judge(sight.value) : notTestable(sight.reason)
}
