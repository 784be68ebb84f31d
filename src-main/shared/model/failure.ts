/** Failures as they cross processes, bounded. Apart from `errors.ts`, which is needed before anything is checked. */
import { z } from 'zod'
import { longest, mostEvidence } from '../bounds.ts'
import { errorKinds, type Failure } from '../errors.ts'

const evidenceItem = z.object({
  label: z.string().max(longest.label),
  value: z.string().max(longest.evidence),
})

export const failureSchema: z.ZodType<Failure> = z.object({
  kind: z.enum(errorKinds),
  message: z.string().max(longest.sentence),
  nextStep: z.string().max(longest.sentence),
  evidence: z.array(evidenceItem).max(mostEvidence),
  retryable: z.boolean(),
})
