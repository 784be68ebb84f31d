/** The host's identity: an RSA-2048 key and a self-signed certificate, as Sunshine makes them, or a site's own. */
import { X509Certificate, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

export interface HostCertificate {
  keyPem: string
  certificatePem: string
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string
}

x509.cryptoProvider.set(crypto)

const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength,
})
const ecdsa = (namedCurve: string, hash: string) => ({ name: 'ECDSA', namedCurve, hash })
/** Keys that certificates of hosts have. Sunshine makes the first itself; a site's own certificate may have any. */
const algorithms = {
  'rsa-2048': rsa(2048),
  'rsa-3072': rsa(3072),
  'rsa-4096': rsa(4096),
  'ecdsa-p256': ecdsa('P-256', 'SHA-256'),
  'ecdsa-p384': ecdsa('P-384', 'SHA-384'),
  'ecdsa-p521': ecdsa('P-521', 'SHA-512'),
  ed25519: { name: 'Ed25519' },
} as const
export type HostKey = keyof typeof algorithms
export const hostKeys = Object.keys(algorithms) as HostKey[]

const inDays = (days: number): Date => new Date(Date.now() + days * 24 * 3600 * 1000)
const makeKeys = (key: HostKey): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(algorithms[key], true, ['sign', 'verify']) as Promise<CryptoKeyPair>

/** Makes a new one; its validity is in days from now. @param signedBy key of an authority that signs it; default: it signs itself */
export async function createHostCertificate({
  validFromDays = -1,
  validToDays = 20 * 365,
  key = 'rsa-2048',
  signedBy = null,
}: {
  validFromDays?: number
  validToDays?: number
  key?: HostKey
  signedBy?: HostKey | null
} = {}): Promise<HostCertificate> {
  const keys = await makeKeys(key)
  const authority = signedBy === null ? keys : await makeKeys(signedBy)
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=Sunshine Gamestream Host',
    issuer: signedBy === null ? 'CN=Sunshine Gamestream Host' : 'CN=Authority of the site',
    notBefore: inDays(validFromDays),
    notAfter: inDays(validToDays),
    publicKey: keys.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: algorithms[signedBy ?? key],
  })
  const privateKey = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const certificatePem = `${certificate.toString('pem')}\n`
  return {
    keyPem: `-----BEGIN PRIVATE KEY-----\n${privateKey.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`,
    certificatePem,
    fingerprint: fingerprintOf(certificatePem),
  }
}

const fingerprintOf = (pem: string): string =>
  createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')

/** One that was made before, as Sunshine's `cert` and `pkey` name it. */
export function readHostCertificate(certificateFile: string, keyFile: string): HostCertificate {
  const certificatePem = readFileSync(certificateFile, 'latin1')
  return {
    certificatePem,
    keyPem: readFileSync(keyFile, 'latin1'),
    fingerprint: fingerprintOf(certificatePem),
  }
}

/** Where the content of the DER element at `at` lies. */
function contentAt(der: Buffer, at: number): { from: number; to: number } {
  const first = der[at + 1]!
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const from = at + 2 + lengthBytes
  return { from, to: from + (lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)) }
}

/** The bits of a certificate's signature, as Sunshine takes them (X509_get0_signature): the third part of its DER. */
export function signatureOf(pem: string): Buffer {
  const der = new X509Certificate(pem).raw
  const signed = contentAt(der, contentAt(der, 0).from)
  const algorithm = contentAt(der, signed.to)
  const bits = contentAt(der, algorithm.to)
  // The first byte counts the bits that are not used: none.
  return der.subarray(bits.from + 1, bits.to)
}
