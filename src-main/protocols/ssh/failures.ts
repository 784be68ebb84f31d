/** What can go wrong with SSH, in words. */
import { fail, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'
import type { Text } from '../../shared/texts/index.ts'

/** What an error of a library says; libraries throw errors, rarely plain text. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return typeof error === 'string' ? error : 'no reason given'
}

const evidenceOf = (hop: string, error: unknown): EvidenceItem[] => [
  { label: 'host', value: hop },
  { label: 'answer', value: reasonOf(error) },
]

export function unreachable(hop: string, error: unknown): VizlinkError {
  return fail('login-unreachable', 'unreachable', {
    facts: { hop, said: reasonOf(error) },
    evidence: evidenceOf(hop, error),
  })
}

/** @param what as the library names it: "key exchange algorithm", "host key format", "cipher" */
export function nothingInCommon(hop: string, what: string): VizlinkError {
  return fail('login-unreachable', 'nothing-in-common', {
    facts: { hop, what },
    evidence: [{ label: 'host', value: hop }],
    retryable: false,
  })
}

export function refused(hop: string, error: unknown): VizlinkError {
  return fail('auth-refused', 'refused', {
    facts: { hop, said: reasonOf(error) },
    evidence: evidenceOf(hop, error),
  })
}

export function needsAnswer(hop: string, prompts: { text: string }[]): VizlinkError {
  return fail('needs-answer', 'ssh-question', {
    facts: { hop },
    evidence: [
      { label: 'host', value: hop },
      { label: 'asked', value: prompts.map(({ text }) => text.trim()).join(' / ') },
    ],
  })
}

export function hostKeyChanged(hop: string, shown: string): VizlinkError {
  return fail('host-key-changed', 'changed', {
    facts: { hop },
    evidence: [
      { label: 'host', value: hop },
      { label: 'key-shown', value: shown },
    ],
    retryable: false,
  })
}

export function hostKeyUnknown(hop: string, shown: string): VizlinkError {
  return fail('host-key-unknown', 'not-confirmed', {
    facts: { hop },
    evidence: [
      { label: 'host', value: hop },
      { label: 'key-shown', value: shown },
    ],
  })
}

/**
 * @param what the login (`ssh`) or the way to the node (`node`)
 * @param error what a library says
 */
export function lost(what: 'ssh' | 'node', error?: unknown): VizlinkError {
  return fail('link-lost', what, {
    evidence: error === undefined ? [] : [{ label: 'reason', value: reasonOf(error) }],
  })
}

export const hopLost = (hop: string): VizlinkError => fail('link-lost', 'hop', { facts: { hop } })

export const deadline = (what: Text): VizlinkError => fail('deadline-exceeded', 'work', { facts: { what } })
