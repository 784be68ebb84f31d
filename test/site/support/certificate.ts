/** A test certificate authority and a server certificate, made fresh for each site: a good one, or one with a known fault. */
import 'reflect-metadata' // Wanted by x509's dependency, before it.
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export const certificateKinds = ['good', 'self-signed', 'expiring', 'expired', 'wrong-name'] as const
export type CertificateKind = (typeof certificateKinds)[number]

/** PEM texts of a server's certificate and its private key (PKCS #8). */
export interface ServerCertificate {
  certificate: string
  privateKey: string
}

export interface Authority {
  /** PEM of the authority: what a client trusts. */
  readonly pem: string
  /** Signs a certificate for 127.0.0.1, localhost and `addresses`, or makes one that signs itself. */
  issue(kind: CertificateKind, addresses?: string[]): Promise<ServerCertificate>
}

const curve = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}
const dayMs = 86_400_000

function toPem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

const fromNow = (days: number): Date => new Date(Date.now() + days * dayMs)

async function written(certificate: x509.X509Certificate, key: CryptoKey): Promise<ServerCertificate> {
  return {
    certificate: certificate.toString('pem') + '\n',
    privateKey: toPem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key)),
  }
}

/** As the portal's installer makes it: RSA, a common name only, its own authority, a year. */
async function selfSigned(): Promise<ServerCertificate> {
  const keys = (await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'C=KR, ST=Seoul, L=Seoul, O=HPC Lab, CN=127.0.0.1',
    keys,
    signingAlgorithm: rsa,
    notBefore: fromNow(-1),
    notAfter: fromNow(364),
    extensions: [
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.BasicConstraintsExtension(true, undefined, true),
    ],
  })
  return written(certificate, keys.privateKey)
}

/** Makes the authority. */
export async function makeAuthority(): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  const makeKeys = () =>
    webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']) as Promise<CryptoKeyPair>
  const authorityKeys = await makeKeys()
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Demo site test authority',
    keys: authorityKeys,
    signingAlgorithm: curve,
    notBefore: fromNow(-30),
    notAfter: fromNow(365),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  return {
    pem: authority.toString('pem') + '\n',
    async issue(kind, addresses = []) {
      if (kind === 'self-signed') return selfSigned()
      const keys = await makeKeys()
      const [from, to] = { good: [-1, 90], expiring: [-1, 5], expired: [-20, -1], 'wrong-name': [-1, 90] }[
        kind
      ]
      const other = kind === 'wrong-name'
      const certificate = await x509.X509CertificateGenerator.create({
        subject: other ? 'CN=other.example' : 'CN=localhost',
        issuer: authority.subject,
        publicKey: keys.publicKey,
        signingKey: authorityKeys.privateKey,
        signingAlgorithm: curve,
        notBefore: fromNow(from!),
        notAfter: fromNow(to!),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            other
              ? [{ type: 'dns', value: 'other.example' }]
              : [
                  { type: 'ip', value: '127.0.0.1' },
                  { type: 'dns', value: 'localhost' },
                  ...addresses.map((value) => ({ type: 'ip' as const, value })),
                ],
          ),
          await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
        ],
      })
      return written(certificate, keys.privateKey)
    },
  }
}
