/** A test certificate authority and one server certificate of it, made fresh for each site. */
import 'reflect-metadata' // Wanted by x509's dependency, before it.
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface Certificates {
  /** PEM of the authority: what a client trusts. */
  authority: string
  /** PEM of the server's certificate. */
  certificate: string
  /** PEM (PKCS #8) of the server's private key. */
  privateKey: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000

function toPem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** Certificates for 127.0.0.1 and localhost, valid for a week. */
export async function makeCertificates(): Promise<Certificates> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  const keys = () =>
    webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>
  const [authorityKeys, serverKeys] = await Promise.all([keys(), keys()])
  const validity = { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + 7 * dayMs) }
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Demo site test authority',
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  return {
    authority: authority.toString('pem') + '\n',
    certificate: certificate.toString('pem') + '\n',
    privateKey: toPem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey)),
  }
}
