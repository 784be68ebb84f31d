/** What can go wrong with SSH, in words. */
import { bounded, excerpt, longest } from '../../shared/bounds.ts'
import { fail, VizlinkError, type EvidenceItem } from '../../shared/errors.ts'
import type { Text } from '../../shared/texts/index.ts'
import { plainText, type ServerWords } from './server-words.ts'
import { ProxyRefusal } from '../proxy-tunnel.ts'
import type { Tried } from './authentication.ts'

type Words = Pick<ServerWords, 'last' | 'evidence'>

interface Refusal {
  hop: string
  words: Words
  tried: Readonly<Tried>
  /** Keys of the user that cannot be offered, in words. */
  unusableKeys: readonly string[]
}

/** What an error of a library says; libraries throw errors, rarely plain text. */
function reasonOf(error: unknown): string {
  // Every address was tried: the parts say why, the whole says nothing.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  if (error instanceof VizlinkError && error.kind === 'deadline-exceeded') return 'no answer in time'
  const text = error instanceof Error ? error.message || error.name : error
  return (typeof text === 'string' && plainText(text, longest.evidence)) || 'no reason given'
}

/** Codes of the system in an error and in its parts. */
function codesOf(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf)
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? [code] : []
}

const evidenceOf = (hop: string, error: unknown): EvidenceItem[] => [
  { label: 'host', value: hop },
  { label: 'answer', value: reasonOf(error) },
]

/** Neither network nor name lead there: only these failures are about the user's own network. */
export function unreachable(hop: string, error: unknown): VizlinkError {
  const evidence = evidenceOf(hop, error)
  const facts = { hop, said: reasonOf(error) }
  const codes = codesOf(error)
  // A name server that cannot be asked is a matter of the network; one that knows no such name is not.
  if (codes.includes('ENOTFOUND')) return fail('login-unreachable', 'unknown-name', { facts, evidence })
  if (codes.length > 0 && codes.every((code) => code === 'ECONNREFUSED'))
    return fail('login-unreachable', 'no-server', { facts, evidence })
  return fail('login-unreachable', 'unreachable', { facts, evidence })
}

/** The proxy does not lead to the server, or cannot be reached itself. */
export function notByProxy(hop: string, proxy: URL, error: unknown): VizlinkError {
  const said = reasonOf(error)
  const facts = { hop, proxy: `${proxy.protocol}//${proxy.host}`, said }
  const evidence = [{ label: 'proxy', value: facts.proxy }, ...evidenceOf(hop, error)]
  if (error instanceof ProxyRefusal) return fail('login-unreachable', 'proxy-refused', { facts, evidence })
  return fail('login-unreachable', 'proxy-unreachable', { facts, evidence })
}

/** RFC 4254 5.1. */
const prohibited = 1
const connectFailed = 2

/** The hop before `hop` opened no channel to it. */
export function notForwarded(hop: string, error: unknown): VizlinkError {
  const { reason } = error as { reason?: unknown }
  const details = { facts: { hop, said: reasonOf(error) }, evidence: evidenceOf(hop, error) }
  if (reason === prohibited) return fail('login-unreachable', 'forward-prohibited', details)
  if (reason === connectFailed) return fail('login-unreachable', 'unreachable-from-hop', details)
  return fail('login-unreachable', 'channel-refused', details)
}

/** @param what as the library names it: "key exchange algorithm", "host key format", "cipher" */
export function nothingInCommon(hop: string, what: string, words: Words): VizlinkError {
  return fail('login-unreachable', 'nothing-in-common', {
    facts: { hop, what },
    evidence: [{ label: 'host', value: hop }, ...words.evidence],
    retryable: false,
  })
}

/** What answers there is no SSH server. */
export function notSsh(hop: string, words: Words): VizlinkError {
  return fail('login-unreachable', 'not-ssh', {
    facts: { hop },
    evidence: [{ label: 'host', value: hop }, ...words.evidence],
  })
}

export function keyExchangeFailed(hop: string, error: unknown, words: Words): VizlinkError {
  return fail('login-unreachable', 'key-exchange-failed', {
    facts: { hop },
    evidence: [...evidenceOf(hop, error), ...words.evidence],
  })
}

/** A message of the server is longer than ssh2 takes (35,000 bytes): a banner may have 64 KiB. */
export function messageTooLong(hop: string, words: Words): VizlinkError {
  return fail('login-unreachable', 'message-too-long', {
    facts: { hop },
    evidence: [{ label: 'host', value: hop }, ...words.evidence],
    retryable: false,
  })
}

/** The server closed the connection, and when: before it greeted, while keys were agreed, while the user was authenticated. */
export function closed(
  hop: string,
  stage: 'greeting' | 'key-exchange' | 'authentication',
  words: Words,
): VizlinkError {
  return fail('login-unreachable', `closed-in-${stage}`, {
    facts: { hop, said: words.last },
    evidence: [{ label: 'host', value: hop }, ...words.evidence],
  })
}

/** It took key or answers and closed the connection then: a rule about accounts, nodes or jobs. */
export function notAdmitted(hop: string, words: Words): VizlinkError {
  return fail('auth-refused', 'not-admitted', {
    facts: { hop, said: words.last },
    evidence: [{ label: 'host', value: hop }, ...words.evidence],
  })
}

/** The server wants a new password, which is not typed here. */
export function passwordChange(hop: string, prompt: string): VizlinkError {
  return fail('auth-refused', 'password-change', {
    facts: { hop },
    evidence: [
      { label: 'host', value: hop },
      { label: 'server-said', value: prompt },
    ],
  })
}

/** Neither keys nor answers let the user in. @param why `too-many`: the server ended it, for it counts refusals */
export function refused(
  { hop, words, tried, unusableKeys }: Refusal,
  why: 'refused' | 'too-many',
): VizlinkError {
  const { keysOffered, keysLeft, methods, answered } = tried
  const facts = { hop, said: words.last }
  const evidence: EvidenceItem[] = [
    { label: 'host', value: hop },
    { label: 'keys-offered', value: `${keysOffered} (${keysLeft} not)` },
    ...unusableKeys.map((value) => ({ label: 'key-unusable', value })),
    ...(methods === null ? [] : [{ label: 'methods', value: methods.join(', ') }]),
    ...words.evidence,
  ]
  const takesKeys = methods === null || methods.includes('publickey')
  const asks = methods?.some((name) => name === 'password' || name === 'keyboard-interactive') ?? false
  if (!takesKeys && !asks && !answered)
    return fail('auth-refused', 'no-method', {
      facts: { ...facts, methods: methods?.join(', ') ?? '' },
      evidence,
    })
  if (keysLeft > 0) {
    const counts = { offered: keysOffered, all: keysOffered + keysLeft }
    return fail('auth-refused', 'keys-left', { facts: { ...facts, ...counts }, evidence })
  }
  if (why === 'too-many') return fail('auth-refused', 'too-many', { facts, evidence })
  if (unusableKeys.length > 0 && takesKeys && !answered) {
    const keys = bounded(unusableKeys.join(', '), longest.sentence / 2)
    return fail('auth-refused', 'keys-unusable', { facts: { ...facts, keys }, evidence })
  }
  if (keysOffered === 0 && takesKeys && !answered) return fail('auth-refused', 'no-key', { facts, evidence })
  return fail('auth-refused', 'refused', { facts, evidence })
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

/** @param why `revoked`: the user's known_hosts, or that of this computer, forbids the key */
export function hostKeyRefused(hop: string, shown: string, why: 'changed' | 'revoked'): VizlinkError {
  return fail('host-key-changed', why, {
    facts: { hop },
    evidence: keyEvidence(hop, shown),
    retryable: false,
  })
}

export function hostKeyUnknown(hop: string, shown: string): VizlinkError {
  return fail('host-key-unknown', 'not-confirmed', { facts: { hop }, evidence: keyEvidence(hop, shown) })
}

const keyEvidence = (hop: string, shown: string): EvidenceItem[] => [
  { label: 'host', value: hop },
  { label: 'key-shown', value: shown },
]

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
 * @param startsForMs start-up files have run for so long, and do; null: something else came
 */
export function unheard(seen: {
  host: string
  files: string
  instead: string
  end: string | null
  startsForMs: number | null
}): VizlinkError {
  const { host, files, instead, end, startsForMs } = seen
  const lines = plainText(instead, instead.length)
    .split('\n')
    .map((line) => excerpt(line))
    .filter((line) => line !== '')
    .slice(0, shownLines)
  const evidence: EvidenceItem[] = [
    { label: 'host', value: host },
    { label: 'answer', value: lines.join('\n') || 'none' },
    ...(end === null ? [] : [{ label: 'shell-ended', value: end } as const]),
  ]
  if (startsForMs === null) return fail('no-commands', 'unheard', { facts: { host, files }, evidence })
  const seconds = Math.round(startsForMs / 1000)
  return fail('no-commands', 'slow-start', { facts: { host, files, seconds }, evidence })
}

/** @param said what the server said when it ended the login, empty where it said nothing */
export const hopLost = (hop: string, said: string): VizlinkError =>
  fail('link-lost', 'hop', {
    facts: { hop },
    evidence: said === '' ? [] : [{ label: 'server-said', value: said }],
  })

export const deadline = (what: Text): VizlinkError => fail('deadline-exceeded', 'work', { facts: { what } })
