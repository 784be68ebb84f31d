/** What goes wrong on the way to the portal, in words for users: by the names that Node.js, OpenSSL and undici give it. */
import type { X509Certificate } from 'node:crypto'
import { fail, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'
import { brokenOffCode, plainHttpCode } from './tls-broken-off.ts'
import { pinMismatchCode, type PinnedCertificate } from './trust.ts'

/** A pinned portal shows something else. Whatever the reason, nothing more is sent to it. */
export function changedCertificate(pinned: PinnedCertificate, shown: X509Certificate | null): Error {
  const fingerprint = shown?.fingerprint256 ?? null
  if (fingerprint === pinned.fingerprint) {
    return fail('untrusted-certificate', {
      message: 'The portal’s certificate, which you confirmed, is not valid any more.',
      nextStep: 'Check this computer’s clock; if it is right, tell the portal’s operator.',
      evidence: [
        { label: 'portal', value: pinned.origin },
        { label: 'SHA-256', value: pinned.fingerprint },
        { label: 'valid until', value: shown?.validTo ?? 'unknown' },
      ],
      retryable: false,
    })
  }
  return fail('untrusted-certificate', {
    message: 'The portal shows another certificate than the one you confirmed.',
    nextStep:
      'Do not go on: somebody may stand between you and the portal. Ask your administrator whether it was renewed; if so, forget the old one (vizlink forget-certificate).',
    evidence: [
      { label: 'portal', value: pinned.origin },
      { label: 'confirmed SHA-256', value: pinned.fingerprint },
      { label: 'shown SHA-256', value: fingerprint ?? 'could not be read' },
    ],
    retryable: false,
  })
}

/** @param proxy the way went through it; null: directly */
export function translate(error: unknown, origin: string, path: string, proxy: URL | null): VizlinkError {
  const { code, cause, name } = error as { code?: unknown; cause?: { code?: unknown }; name?: unknown }
  const refusal = /^Proxy response \((\d{3})\)/.exec(String((error as Error).message))?.[1]
  // A DOMException's code is a number.
  const named = [code, cause?.code, name].find((value) => typeof value === 'string') ?? 'unknown'
  const reason = refusal === undefined ? named : `PROXY_ANSWERED_${refusal}`
  const evidence = [
    { label: 'portal', value: origin },
    { label: 'request', value: path },
    { label: 'reason', value: reason },
    ...(proxy === null ? [] : [{ label: 'proxy', value: proxy.origin }]),
  ]
  return translations.find(({ reasons }) => reasons.test(reason))!.make(evidence)
}

export const checkOrigin = 'Check portal.origin in the site profile: http or https, name and port.'
const unreachable = (message: string, nextStep: string) => (evidence: EvidenceItem[]) =>
  fail('portal-unreachable', { message, nextStep, evidence })
const untrusted = (message: string, nextStep: string) => (evidence: EvidenceItem[]) =>
  fail('untrusted-certificate', { message, nextStep, evidence, retryable: false })

/** What went wrong by Node.js's, OpenSSL's and undici's names for it; the first that fits. */
const translations: { reasons: RegExp; make(evidence: EvidenceItem[]): VizlinkError }[] = [
  {
    reasons: new RegExp(`^${brokenOffCode}$`),
    make: unreachable(
      'The portal broke off while the encrypted connection was being set up.',
      'Try again. If a browser reaches the portal, ask its operator to allow a current key exchange: TLS 1.2 or newer, ECDHE with X25519 or P-256.',
    ),
  },
  {
    reasons: new RegExp(`^(ERR_SSL_|EPROTO$|${plainHttpCode}$)`),
    make: unreachable('What answers at the portal’s address does not speak TLS as expected.', checkOrigin),
  },
  {
    reasons: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    make: untrusted(
      'The portal’s certificate has expired or is not valid yet.',
      'Check this computer’s clock; if it is right, tell the portal’s operator.',
    ),
  },
  {
    reasons: /^PROXY_ANSWERED_/,
    make: unreachable(
      'The HTTP proxy does not lead to the portal.',
      'Check the proxy: portal.proxy in the site profile, else HTTPS_PROXY and NO_PROXY.',
    ),
  },
  {
    reasons: new RegExp(`^${pinMismatchCode}$`),
    make: untrusted('The portal shows another certificate than the one you confirmed.', 'Do not go on.'),
  },
  {
    reasons: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    make: untrusted(
      'The portal’s certificate is signed by itself: nobody vouches for it.',
      'Connect and compare its fingerprint, or ask your administrator for the site’s CA file and name it in the site profile (portal.caFile).',
    ),
  },
  {
    reasons: /ALTNAME|HOSTNAME_MISMATCH/,
    make: untrusted('The portal’s certificate is made out to another name.', checkOrigin),
  },
  {
    reasons: /CERT|ISSUER|LEAF_SIGNATURE|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/,
    make: untrusted(
      'The portal’s certificate is not trusted.',
      'Ask your administrator for the site’s CA file and name it in the site profile (portal.caFile).',
    ),
  },
  {
    reasons: /^(HPE_|HTTPParserError$|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE))/,
    make: (evidence) =>
      fail('portal-error', {
        message: 'What answers at the portal’s address does not speak HTTP as expected.',
        nextStep: checkOrigin,
        evidence,
      }),
  },
  {
    reasons: /^TimeoutError$|TIMEOUT|^ETIMEDOUT$/,
    make: unreachable('The portal did not answer in time.', 'Check your network or VPN, then try again.'),
  },
  {
    reasons: /^/,
    make: unreachable('The portal cannot be reached.', 'Check your network or VPN, then try again.'),
  },
]
