/** What a failure says about a child process that ended: link and stream report it alike. */
import type { EvidenceItem } from '../shared/errors.ts'

/** @param errorOutput the child's last lines on standard error */
export const endEvidence = ({
  code,
  signal,
  errorOutput = '',
}: {
  code: number | null
  signal: string | null
  errorOutput?: string
}): EvidenceItem[] => [
  { label: 'exit', value: `code ${code ?? 'none'}, signal ${signal ?? 'none'}` },
  ...(errorOutput === '' ? [] : [{ label: 'error-output', value: errorOutput }]),
]
