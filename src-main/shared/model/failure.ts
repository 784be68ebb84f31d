/** Failures as they cross processes, bounded. Apart from `errors.ts`, which is needed before anything is checked. */
import { z } from 'zod'
import { errorKinds, failureActions, type Failure } from '../errors.ts'
import { textValuesSchema } from './text.ts'

const evidenceItem = z.object({
  label: z.string().max(200),
  values: z.record(z.string().max(40), z.union([z.string().max(200), z.number()])).optional(),
  value: z.string().max(8000),
})

export const failureSchema = z.object({
  kind: z.enum(errorKinds),
  reason: z.string().max(60),
  facts: textValuesSchema,
  message: z.string().max(1000),
  nextStep: z.string().max(1000),
  evidence: z.array(evidenceItem).max(50),
  retryable: z.boolean(),
  actions: z.array(z.enum(failureActions)).max(10),
  circumstance: z.enum(['running', 'queued', 'ending']).optional(),
}) as z.ZodType<Failure>
