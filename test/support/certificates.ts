/** Certificates that are wrong in one way each, and the right one. */
import 'reflect-metadata' // Wanted by x509's dependency, before it.
import { createPrivateKey, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface CertificateOptions {
  /** Address in the subject alternative name; default 127.0.0.1. */
  address?: string
  /** Host name beside it, and in the subject. */
  name?: string
  /** Neither subject nor alternative names. */
  nameless?: boolean
  /** Days from now; default -1 and 7. */
  validFrom?: number
  validTo?: number
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000)

const pemOf = async (key: CryptoKey): Promise<string> => {
  const text = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${text.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
}

/** A server certificate for which the owner of another one vouches, with that one behind it: a chain of two. */
export async function issuedBy(issuer: {
  key: string
  cert: string
}): Promise<{ key: string; cert: string }> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const authority = new x509.X509Certificate(issuer.cert)
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=vouched.example',
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: (await webcrypto.subtle.importKey(
      'pkcs8',
      createPrivateKey(issuer.key).export({ type: 'pkcs8', format: 'der' }),
      algorithm,
      false,
      ['sign'],
    )) as CryptoKey,
    signingAlgorithm: algorithm,
    notBefore: inDays(-1),
    notAfter: inDays(7),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  })
  return { key: await pemOf(keys.privateKey), cert: `${certificate.toString('pem')}\n${issuer.cert}` }
}

/** A self-signed server certificate as the portal's installer makes them: its own authority. */
export async function selfSigned(options: CertificateOptions = {}): Promise<{ key: string; cert: string }> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: options.nameless ? '' : `CN=${options.name ?? 'portal.example'}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: inDays(options.validFrom ?? -1),
    notAfter: inDays(options.validTo ?? 7),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      ...(options.nameless
        ? []
        : [
            new x509.SubjectAlternativeNameExtension([
              { type: 'ip', value: options.address ?? '127.0.0.1' },
              ...(options.name === undefined ? [] : [{ type: 'dns' as const, value: options.name }]),
            ]),
          ]),
    ],
  })
  return { key: await pemOf(keys.privateKey), cert: `${certificate.toString('pem')}\n` }
}
