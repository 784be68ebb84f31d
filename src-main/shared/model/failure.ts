/** Failures as they cross processes, bounded. Apart from `errors.ts`, which is needed before anything is checked. */
import { z } from 'zod'
import { longest, mostEvidence } from '../bounds.ts'
import { circumstances, errorKinds, type Failure } from '../errors.ts'
import { failureActions } from '../failure-actions.ts'
import { textValuesSchema } from './text.ts'

const evidenceItem = z.object({
  label: z.string().max(longest.label),
  values: z.record(z.string().max(40), z.union([z.string().max(longest.label), z.number()])).optional(),
  value: z.string().max(longest.evidence),
})

export const failureSchema = z.object({
  kind: z.enum(errorKinds),
  reason: z.string().max(60),
  facts: textValuesSchema,
  evidence: z.array(evidenceItem).max(mostEvidence),
  retryable: z.boolean(),
  actions: z.array(z.enum(failureActions)).max(10),
  circumstance: z.enum(circumstances).optional(),
}) as z.ZodType<Failure>
