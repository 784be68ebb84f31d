/** The portal's certificate, looked at without trusting it. */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { checkServerIdentity, connect, rootCertificates, type PeerCertificate } from 'node:tls'
import type { CertificateSight } from '../../domain/site-check/observations.ts'

const deadlineMs = 8000

interface Shown {
  certificate: PeerCertificate
  trustProblem: string | null
}

/**
 * Shakes hands and reads what the server shows. `rejectUnauthorized` is off because a certificate that is not trusted is
 * exactly what has to be described; no byte of HTTP is ever sent on this connection. All requests go by verified ones.
 */
function shownBy(host: string, port: number, ca: string | null): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      ...(isIP(host) ? {} : { servername: host }),
      // As for requests: the profile's authority beside those that are trusted anyway.
      ...(ca === null ? {} : { ca: [...rootCertificates, ca] }),
      rejectUnauthorized: false,
      // Names are judged apart: here they must not hide a problem of the chain.
      checkServerIdentity: () => undefined,
    })
    socket.setTimeout(deadlineMs, () => socket.destroy(new Error('no TLS handshake in time')))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      // Node.js gives OpenSSL's name for the reason, typed as an error.
      const problem = socket.authorizationError as unknown
      resolve({
        certificate: socket.getPeerCertificate(false),
        trustProblem: socket.authorized ? null : problem instanceof Error ? problem.message : String(problem),
      })
      socket.destroy()
    })
  })
}

const nameOf = (subject: PeerCertificate['subject'] | undefined): string =>
  [subject?.CN ?? subject?.O ?? 'without a name'].flat().join(', ')

/** @param ca PEM of the authority that the profile names, or null for those of this computer */
export async function lookAtCertificate(
  host: string,
  port: number,
  ca: string | null,
): Promise<CertificateSight> {
  const { certificate, trustProblem } = await shownBy(host, port, ca)
  const parsed = new X509Certificate(certificate.raw)
  const commonName = [certificate.subject.CN ?? ''].flat()
  return {
    trustProblem,
    selfSigned: parsed.checkIssued(parsed) && parsed.verify(parsed.publicKey),
    hasAlternativeNames: certificate.subjectaltname !== undefined,
    isCommonName: commonName.some((name) => name.toLowerCase() === host.toLowerCase()),
    nameProblem: checkServerIdentity(host, certificate)?.message ?? null,
    names: `CN ${commonName.join(', ') || 'none'}; ${certificate.subjectaltname ?? 'no alternative names'}`,
    validFrom: Date.parse(certificate.valid_from),
    validTo: Date.parse(certificate.valid_to),
    issuer: nameOf(certificate.issuer),
  }
}
