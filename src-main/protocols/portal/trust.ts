/** Which certificates a portal may show: those of known authorities, or one that the user has confirmed for this origin. */
import type { X509Certificate } from 'node:crypto'
import * as tls from 'node:tls'
import type { ConnectionOptions, PeerCertificate, SecureContext } from 'node:tls'
import { bounded, longest } from '../../shared/bounds.ts'
import type { Question } from '../../shared/model/desktop.ts'

/** A certificate that the user has confirmed: it, and no other, is the portal's. */
export interface PinnedCertificate {
  /** `https://host[:port]`. */
  origin: string
  pem: string
  /** SHA-256 as OpenSSL writes it: pairs of capital hexadecimal digits with colons. */
  fingerprint: string
}

/** What people need to judge a certificate. */
export type CertificateFacts = Omit<Extract<Question, { type: 'certificate' }>, 'type' | 'id' | 'origin'>

/** Code of the error when a pinned portal shows another certificate that its key would pass for. */
export const pinMismatchCode = 'ERR_VIZLINK_PINNED_CERTIFICATE'

let systemAuthorities: string[] | null = null

/** Node.js's own authorities and the system's. Read once: the system's take a moment. */
function knownAuthorities(): string[] {
  // Older than Node.js 22.15: only the built-in ones can be had.
  systemAuthorities ??=
    typeof tls.getCACertificates === 'function'
      ? [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]
      : [...tls.rootCertificates]
  return systemAuthorities
}

/** Kept: parsing hundreds of authorities for each connection would cost more than the connection. */
const contexts = new Map<string | null, SecureContext>()

/** TLS options for everybody but a pinned portal. @param ca authority of the site (PEM), trusted beside the known ones */
export function authorityTls(ca: string | null): { secureContext: SecureContext } {
  const secureContext =
    contexts.get(ca) ?? tls.createSecureContext({ ca: [...knownAuthorities(), ...(ca === null ? [] : [ca])] })
  contexts.set(ca, secureContext)
  return { secureContext }
}

/** TLS options for a pinned portal: its certificate is the only one trusted, its bytes decide, names do not matter. */
export const pinnedTls = (
  pinned: PinnedCertificate,
): Required<Pick<ConnectionOptions, 'ca' | 'checkServerIdentity'>> => ({
  ca: [pinned.pem],
  checkServerIdentity: (_host: string, shown: PeerCertificate) =>
    shown.fingerprint256 === pinned.fingerprint
      ? undefined
      : Object.assign(new Error('another certificate than the pinned one'), { code: pinMismatchCode }),
})

/** Distinguished names on one line, the most specific part first; empty where Node.js has none (undefined, against its types). */
const oneLine = (name: string | undefined): string => (name ?? '').trim().split('\n').reverse().join(', ')

export function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    subject: bounded(oneLine(certificate.subject), longest.line),
    issuer: bounded(oneLine(certificate.issuer), longest.line),
    fingerprint: certificate.fingerprint256,
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  }
}

export interface ShownCertificate {
  certificate: X509Certificate
  /** Why no known authority vouches for it (OpenSSL's name for the reason); null where one does. Names are not judged. */
  trustProblem: string | null
}

/**
 * Reads the certificate that a server shows. `socket` is a fresh connection to it. Trust is not asked for here because what
 * is not trusted is exactly what has to be shown; no byte of HTTP is sent, and the connection is closed at once.
 * @param ca authority of the site (PEM), trusted beside the known ones
 */
export function readShownCertificate(
  socket: ConnectionOptions['socket'],
  host: string,
  ca: string | null,
  deadlineMs: number,
): Promise<ShownCertificate> {
  return new Promise((resolve, reject) => {
    const name = host.replace(/^\[(.*)\]$/, '$1')
    const named = !/^[\d.]+$|:/.test(name)
    const secure = tls.connect({
      socket,
      ...(named ? { servername: name } : {}),
      ...authorityTls(ca),
      rejectUnauthorized: false,
      // Names would hide a problem of the chain.
      checkServerIdentity: () => undefined,
    })
    secure.setTimeout(deadlineMs, () => secure.destroy(new Error('no TLS handshake in time')))
    secure.once('error', reject)
    secure.once('secureConnect', () => {
      const certificate = secure.getPeerX509Certificate()
      // Node.js gives OpenSSL's name for the reason, typed as an error.
      const problem = secure.authorizationError as unknown
      const reason = problem instanceof Error ? problem.message : String(problem)
      secure.destroy()
      if (certificate) resolve({ certificate, trustProblem: secure.authorized ? null : reason })
      else reject(new Error('the server showed no certificate'))
    })
  })
}
