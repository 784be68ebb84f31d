/** What can go wrong with SSH, in words. */
import { excerpt } from '../../shared/bounds.ts'
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

/** The server opens no channel for a command. */
export function channelRefused(host: string, error?: unknown): VizlinkError {
  return fail('no-commands', 'no-channel', {
    facts: { host },
    evidence: error === undefined ? [] : evidenceOf(host, error),
  })
}

/** A program is neither in PATH nor where a login shell and `module` look. */
export function programMissing(program: string, host: string): VizlinkError {
  return fail('no-commands', 'program-missing', { facts: { program, host } })
}

/** Lines of what a host has said in the place of an answer that people are shown. */
const shownLines = 5

/**
 * A command gave no answer that is its own.
 * @param files start-up files that may be the cause
 * @param instead what came in its place
 * @param end how the shell ended, null while it runs
 */
export function unheard(seen: {
  host: string
  files: string
  instead: string
  end: string | null
}): VizlinkError {
  const { host, files, instead, end } = seen
  const lines = instead
    // Colours and titles of terminals.
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .split('\n')
    .map((line) => excerpt(line))
    .filter((line) => line !== '')
    .slice(0, shownLines)
  return fail('no-commands', 'unheard', {
    facts: { host, files },
    evidence: [
      { label: 'host', value: host },
      { label: 'answer', value: lines.join('\n') || 'none' },
      ...(end === null ? [] : [{ label: 'shell-ended', value: end }]),
    ],
  })
}

export const hopLost = (hop: string): VizlinkError => fail('link-lost', 'hop', { facts: { hop } })

export const deadline = (what: Text): VizlinkError => fail('deadline-exceeded', 'work', { facts: { what } })
