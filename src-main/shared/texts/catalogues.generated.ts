/** Made from the catalogues by scripts/write-texts.ts; not to be edited. */
import enEvidence from './en/evidence.json' with { type: 'json' }
import enFailures from './en/failures.json' with { type: 'json' }
import koEvidence from './ko/evidence.json' with { type: 'json' }
import koFailures from './ko/failures.json' with { type: 'json' }

type None = Record<never, never>

export const catalogues = {
  en: { evidence: enEvidence, failures: enFailures },
  ko: { evidence: koEvidence, failures: koFailures },
}

/** The values that each text needs: numbers, or anything that can be put into a text. */
export interface TextValues {
  'evidence.error': None
  'failures.internal.unexpected.message': None
  'failures.internal.unexpected.nextStep': None
}

/** The facts that the texts of each failure need, by kind and reason. */
interface FailureFacts {
  'internal/unexpected': None
}
