/** What can go wrong with SSH, in words. */
import { fail, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'

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
  return fail('login-unreachable', {
    message: `The SSH server ${hop} cannot be reached.`,
    nextStep: 'Check your network or VPN, then try again.',
    evidence: evidenceOf(hop, error),
  })
}

/** @param what as the library names it: "key exchange algorithm", "host key format", "cipher" */
export function nothingInCommon(hop: string, what: string): VizlinkError {
  return fail('login-unreachable', {
    message: `Vizlink and the SSH server ${hop} have no ${what} in common.`,
    nextStep:
      'Ask the operator to allow a current one as well: curve25519-sha256 or ecdh-sha2-nistp256 (KexAlgorithms), ssh-ed25519 (HostKeyAlgorithms), aes256-gcm@openssh.com (Ciphers).',
    evidence: [{ label: 'host', value: hop }],
    retryable: false,
  })
}

export function refused(hop: string, error: unknown): VizlinkError {
  return fail('auth-refused', {
    message: `The SSH server ${hop} did not accept your key or your answers.`,
    nextStep:
      'Check that your public key is registered on the cluster, and the user name in the site profile.',
    evidence: evidenceOf(hop, error),
  })
}

export function needsAnswer(hop: string, prompts: { text: string }[]): VizlinkError {
  return fail('needs-answer', {
    message: `The SSH server ${hop} asked a question that was not answered.`,
    nextStep: 'Try again and answer it.',
    evidence: [
      { label: 'host', value: hop },
      { label: 'asked', value: prompts.map(({ text }) => text.trim()).join(' / ') },
    ],
  })
}

export function hostKeyChanged(hop: string, shown: string): VizlinkError {
  return fail('host-key-changed', {
    message: `The SSH server ${hop} shows another host key than the one that is known for it.`,
    nextStep:
      'Do not connect. Ask your administrator whether the key was changed; if so, get the new site profile, or forget the keys that you confirmed yourself (vizlink forget-host-keys).',
    evidence: [
      { label: 'host', value: hop },
      { label: 'key shown', value: shown },
    ],
    retryable: false,
  })
}

export function hostKeyUnknown(hop: string, shown: string): VizlinkError {
  return fail('host-key-unknown', {
    message: `The identity of the SSH server ${hop} was not confirmed.`,
    nextStep:
      'Compare the key with the one that your administrator publishes, then try again and confirm it.',
    evidence: [
      { label: 'host', value: hop },
      { label: 'key shown', value: shown },
    ],
  })
}

export function lost(what: string, error?: unknown): VizlinkError {
  return fail('link-lost', {
    message: `${what} was lost.`,
    nextStep: 'Vizlink reconnects by itself; if it does not, try again.',
    evidence: error === undefined ? [] : [{ label: 'reason', value: reasonOf(error) }],
  })
}

export function deadline(what: string): VizlinkError {
  return fail('deadline-exceeded', { message: `${what} took too long.`, nextStep: 'Try again.' })
}
