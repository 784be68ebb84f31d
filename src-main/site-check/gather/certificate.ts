/** The portal's certificate, looked at without trusting it, with the verdict that the client's own requests get. */
import { checkServerIdentity } from 'node:tls'
import type { CertificateSight } from '../observations.ts'
import type { PortalLook } from './portal-way.ts'

const nameIn = (name: string, kind: 'CN' | 'O'): string | undefined =>
  name
    .split('\n')
    .find((line) => line.startsWith(`${kind}=`))
    ?.slice(kind.length + 1)

/** Looks at a portal whose origin is https. */
export async function lookAtCertificate({ http, origin, isStranger }: PortalLook): Promise<CertificateSight> {
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
    names: `CN ${commonName || 'none'}; ${certificate.subjectAltName ?? 'no alternative names'}`,
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
    issuer: nameIn(certificate.issuer, 'CN') ?? nameIn(certificate.issuer, 'O') ?? 'without a name',
  }
}
