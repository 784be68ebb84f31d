/** Failures as they cross processes, bounded. Apart from `errors.ts`, which is needed before anything is checked. */
import { z } from 'zod'
import { errorKinds, type Failure } from '../errors.ts'

const evidenceItem = z.object({ label: z.string().max(200), value: z.string().max(8000) })

export const failureSchema: z.ZodType<Failure> = z.object({
  kind: z.enum(errorKinds),
  message: z.string().max(1000),
  nextStep: z.string().max(1000),
  evidence: z.array(evidenceItem).max(50),
  retryable: z.boolean(),
})
