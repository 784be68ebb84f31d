/** The portal's certificate, looked at without trusting it, with the verdict that the client's own requests get. */
import { checkServerIdentity } from 'node:tls'
import { asText } from '../../shared/texts/index.ts'
import type { CertificateSight } from '../observations.ts'
import type { PortalLook } from './portal-look.ts'

/** @param name undefined (against Node.js's types) where the certificate has none */
const nameIn = (name: string | undefined, kind: 'CN' | 'O'): string | undefined =>
  name
    ?.split('\n')
    .find((line) => line.startsWith(`${kind}=`))
    ?.slice(kind.length + 1)

/** Looks at a portal whose origin is https. */
export async function lookAtCertificate({
  http,
  origin,
  isStranger,
}: Pick<PortalLook, 'origin' | 'isStranger'> & {
  http: Pick<PortalLook['http'], 'shownCertificate'>
}): Promise<CertificateSight> {
  const { certificate, trustProblem, pin } = await http.shownCertificate(origin)
  const host = origin.hostname.replace(/^\[(.*)\]$/, '$1')
  const commonName = nameIn(certificate.subject, 'CN') ?? ''
  return {
    trustProblem,
    // What the check itself keeps to as a stranger was confirmed by no person.
    pin: isStranger ? 'none' : pin,
    isStranger,
    selfSigned: certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey),
    hasAlternativeNames: certificate.subjectAltName !== undefined,
    isCommonName: commonName.toLowerCase() === host.toLowerCase(),
    nameProblem: checkServerIdentity(host, certificate.toLegacyObject())?.message ?? null,
    names: asText('site-check-seen.certificateNames', {
      commonName: commonName || asText('site-check-seen.noCommonName'),
      alternatives: certificate.subjectAltName ?? asText('site-check-seen.noAlternativeNames'),
    }),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
    issuer:
      nameIn(certificate.issuer, 'CN') ??
      nameIn(certificate.issuer, 'O') ??
      asText('questions.certificate.nameless'),
  }
}
