/** What goes wrong on the way to the portal, in words for users: by the names that Node.js, OpenSSL and undici give it. */
import type { X509Certificate } from 'node:crypto'
import { fail, type ReasonOf, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'
import { refusalCodes } from '../proxy-tunnel.ts'
import { brokenOffCode, plainHttpCode } from './tls-broken-off.ts'
import { factsOf, pinMismatchCode, type PinnedCertificate, type ShownCertificate } from './trust.ts'

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

/**
 * What no authority vouches for, said with its issuer where the server sends its own certificate alone: often it forgets the one
 * between it and the authority, which browsers know from other sites.
 */
export function withIssuer(failure: VizlinkError, shown: ShownCertificate | null): VizlinkError {
  if (shown?.trustProblem !== 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return failure
  return fail('untrusted-certificate', 'issuer-missing', {
    facts: { issuer: factsOf(shown.certificate).issuer },
    evidence: failure.failure.evidence,
    retryable: false,
  })
}

/** Names are looked up by a proxy: what fails before it answers is the way to it. */
const beforeProxy = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
/** A network that lets only its proxy out refuses, loses or hides what goes directly. */
const withoutConnection = /^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/

/**
 * @param proxy the way went through it; null: directly
 * @param systemUnknown the system's proxy could not be read: the portal may be behind it
 */
export function translate(error: unknown, url: URL, proxy: URL | null, systemUnknown: boolean): VizlinkError {
  const { code, cause, name } = error as { code?: unknown; cause?: { code?: unknown }; name?: unknown }
  // undici's words where it asks a proxy for a page.
  const wantsSignIn = String((error as Error).message).startsWith('Proxy Authentication Required')
  // A DOMException's code is a number.
  const codes = error instanceof AggregateError ? codesOf(error) : [codeOf(code, cause?.code, name)]
  const reason = wantsSignIn ? refusalCodes.signIn : codes.join(', ')
  const evidence = [
    { label: 'portal', value: url.origin },
    { label: 'request', value: url.pathname },
    { label: 'reason', value: reason },
    ...(proxy === null ? [] : [{ label: 'proxy', value: `${proxy.protocol}//${proxy.host}` }]),
  ]
  if (proxy !== null && codes.every((one) => beforeProxy.test(one))) return unreachable('proxy')(evidence)
  if (proxy === null && systemUnknown && codes.every((one) => withoutConnection.test(one))) {
    return unreachable('unreachable-directly')(evidence)
  }
  return translations.find(({ reasons }) => reasons.test(reason))!.make(evidence, url.origin)
}

const codeOf = (...names: unknown[]): string => names.find((value) => typeof value === 'string') ?? 'unknown'

/** Several addresses were tried: each has its own code. */
const codesOf = ({ errors }: AggregateError): string[] => [
  ...new Set((errors as { code?: unknown; name?: unknown }[]).map(({ code, name }) => codeOf(code, name))),
]

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
  { reasons: new RegExp(`^${refusalCodes.signIn}$`), make: unreachable('proxy-sign-in') },
  { reasons: new RegExp(`^${refusalCodes.refused}$`), make: unreachable('proxy') },
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
