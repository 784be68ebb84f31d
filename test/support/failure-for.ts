/** A failure of a kind for tests that do not look at its reason: the first that the texts know. */
import { VizlinkError, type ErrorKind, type EvidenceItem } from '../../src-main/shared/errors.ts'
import { failureText } from '../../src-main/shared/failure-text.ts'
import failures from '../../src-main/shared/texts/en/failures.json' with { type: 'json' }

const reasons: Partial<Record<ErrorKind, object>> = failures

export function failureFor(
  kind: ErrorKind,
  { evidence = [], retryable = true }: { evidence?: EvidenceItem[]; retryable?: boolean } = {},
): VizlinkError {
  const [reason] = Object.keys(reasons[kind] ?? {})
  if (reason === undefined) throw new Error(`the texts know no reason for ${kind}`)
  const known = { kind, reason, facts: {}, evidence, retryable, actions: [] }
  return new VizlinkError({ ...known, ...failureText(known, 'en') })
}
