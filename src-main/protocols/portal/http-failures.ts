/** What goes wrong on the way to the portal, in words for users: by the names that Node.js, OpenSSL and undici give it. */
import type { X509Certificate } from 'node:crypto'
import { fail, type ReasonOf, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'
import { brokenOffCode, plainHttpCode } from './tls-broken-off.ts'
import { pinMismatchCode, type PinnedCertificate } from './trust.ts'

/** A pinned portal shows something else. Whatever the reason, nothing more is sent to it. */
export function changedCertificate(pinned: PinnedCertificate, shown: X509Certificate | null): Error {
  const fingerprint = shown?.fingerprint256 ?? null
  if (fingerprint === pinned.fingerprint) {
    return fail('untrusted-certificate', 'confirmed-not-valid', {
      evidence: [
        { label: 'portal', value: pinned.origin },
        { label: 'sha256', value: pinned.fingerprint },
        { label: 'valid-until', value: shown?.validTo ?? 'unknown' },
      ],
      retryable: false,
    })
  }
  return fail('untrusted-certificate', 'changed', {
    evidence: [
      { label: 'portal', value: pinned.origin },
      { label: 'confirmed-sha256', value: pinned.fingerprint },
      { label: 'shown-sha256', value: fingerprint ?? 'could not be read' },
    ],
    retryable: false,
  })
}

/** @param proxy the way went through it; null: directly */
export function translate(error: unknown, origin: string, path: string, proxy: URL | null): VizlinkError {
  const { code, cause, name } = error as { code?: unknown; cause?: { code?: unknown }; name?: unknown }
  const refusal = /^Proxy response \((\d{3})\)/.exec(String((error as Error).message))?.[1]
  // A DOMException's code is a number.
  const named = error instanceof AggregateError ? codesOf(error) : codeOf(code, cause?.code, name)
  const reason = refusal === undefined ? named : `PROXY_ANSWERED_${refusal}`
  const evidence = [
    { label: 'portal', value: origin },
    { label: 'request', value: path },
    { label: 'reason', value: reason },
    ...(proxy === null ? [] : [{ label: 'proxy', value: proxy.origin }]),
  ]
  return translations.find(({ reasons }) => reasons.test(reason))!.make(evidence, origin)
}

const codeOf = (...names: unknown[]): string => names.find((value) => typeof value === 'string') ?? 'unknown'

/** Several addresses were tried: each has its own code. */
const codesOf = ({ errors }: AggregateError): string =>
  [
    ...new Set((errors as { code?: unknown; name?: unknown }[]).map(({ code, name }) => codeOf(code, name))),
  ].join(', ')

const unreachable = (reason: ReasonOf<'portal-unreachable'>) => (evidence: EvidenceItem[]) =>
  fail('portal-unreachable', reason, { evidence })
const untrusted =
  (reason: 'out-of-date' | 'other-than-confirmed' | 'other-name' | 'not-trusted') =>
  (evidence: EvidenceItem[]) =>
    fail('untrusted-certificate', reason, { evidence, retryable: false })

/** What went wrong by Node.js's, OpenSSL's and undici's names for it; the first that fits. */
const translations: { reasons: RegExp; make(evidence: EvidenceItem[], portal: string): VizlinkError }[] = [
  { reasons: new RegExp(`^${brokenOffCode}$`), make: unreachable('tls-broken-off') },
  { reasons: new RegExp(`^(ERR_SSL_|EPROTO$|${plainHttpCode}$)`), make: unreachable('not-tls') },
  { reasons: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, make: untrusted('out-of-date') },
  { reasons: /^PROXY_ANSWERED_/, make: unreachable('proxy') },
  { reasons: new RegExp(`^${pinMismatchCode}$`), make: untrusted('other-than-confirmed') },
  {
    reasons: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    make: (evidence, portal) =>
      fail('untrusted-certificate', 'self-signed', { facts: { portal }, evidence, retryable: false }),
  },
  { reasons: /ALTNAME|HOSTNAME_MISMATCH/, make: untrusted('other-name') },
  {
    reasons: /CERT|ISSUER|LEAF_SIGNATURE|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/,
    make: untrusted('not-trusted'),
  },
  {
    reasons: /^(HPE_|HTTPParserError$|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE))/,
    make: (evidence) => fail('portal-error', 'not-http', { evidence }),
  },
  { reasons: /^TimeoutError$|TIMEOUT|^ETIMEDOUT$/, make: unreachable('no-answer') },
  { reasons: /^/, make: unreachable('unreachable') },
]
