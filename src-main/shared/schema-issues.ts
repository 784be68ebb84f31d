/** Where a message does not fit its schema, and how: names of fields and kinds of faults, never what was in them. */
import type { z } from 'zod'
import { bounded, longest } from './bounds.ts'
import type { EvidenceItem } from './errors.ts'

const mostIssues = 10

/** The faults of a message as evidence; `whole` names what has no field of its own. */
export const issueEvidence = (error: z.ZodError, whole = 'input'): EvidenceItem[] =>
  error.issues.slice(0, mostIssues).map(({ path, code }) => ({
    label: 'field',
    values: { field: bounded(path.map(String).join('.') || whole, longest.label) },
    value: code,
  }))

const mostObjections = 5

/** What a schema objects to in a file of an administrator, each with the path of its field: for the person who mends it. */
export function objections({ issues }: z.ZodError): string {
  const shown = issues.slice(0, mostObjections).map(({ path, message }) => {
    const field = path.map(String).join('.')
    return `${field || 'top level'}: ${message}`
  })
  const more = issues.length - shown.length
  return bounded(shown.join('; '), longest.sentence) + (more > 0 ? `; and ${more} more` : '')
}

/** Evidence that names a message between processes, and its faults. */
export const messageEvidence = (message: string, error: z.ZodError): EvidenceItem[] => [
  { label: 'message', value: message },
  ...issueEvidence(error, 'whole'),
]

/** What to call a message that does not fit: its type, where the schema knows that one; nothing else of it is repeated. */
export function messageName(raw: unknown, error: z.ZodError): string {
  const isKnown = error.issues.every(({ path, code }) =>
    path.length === 0 ? code === 'unrecognized_keys' : path[0] !== 'type',
  )
  return isKnown ? (raw as { type: string }).type : 'of no known type'
}

/** A refused message in a line of a child process's output. */
export const refusalLine = (evidence: readonly EvidenceItem[]): string =>
  `refused: ${evidence.map(({ label, values, value }) => `${values?.field ?? label} ${value}`).join(', ')}`
