/** What a rule says of one finding. */
import type { CheckResult } from '../../shared/model/site-check.ts'
import type { FindingId } from '../catalogue/catalogue.ts'
import type { Observations, Seen } from '../observations.ts'

export interface Verdict {
  result: CheckResult
  seen: string
  reason: string | null
}

export type Rule = (o: Observations) => Verdict
export type Rules = Partial<Record<FindingId, Rule>>

export const pass = (seen: string): Verdict => ({ result: 'pass', seen, reason: null })
export const warning = (seen: string): Verdict => ({ result: 'warning', seen, reason: null })
export const failure = (seen: string): Verdict => ({ result: 'fail', seen, reason: null })
export const notTestable = (reason: string, seen = ''): Verdict => ({ result: 'not-testable', seen, reason })

/** Judges what was seen; what could not be looked at is not testable for that reason. */
export function judged<T>(sight: Seen<T>, judge: (value: T) => Verdict): Verdict {
  return sight.ok ? judge(sight.value) : notTestable(sight.reason)
}
