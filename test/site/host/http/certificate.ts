/** The host's identity: an RSA key and a self-signed certificate, as Sunshine makes them. */
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
const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}

const inDays = (days: number): Date => new Date(Date.now() + days * 24 * 3600 * 1000)

/** Makes a new one; its validity is in days from now. */
export async function createHostCertificate({
  validFromDays = -1,
  validToDays = 20 * 365,
} = {}): Promise<HostCertificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Sunshine Gamestream Host',
    notBefore: inDays(validFromDays),
    notAfter: inDays(validToDays),
    signingAlgorithm: algorithm,
    keys,
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const certificatePem = `${certificate.toString('pem')}\n`
  return {
    keyPem: `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`,
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

/** The raw signature bits of a certificate: for RSA-2048 the last 256 bytes of its DER. */
export function signatureOf(pem: string): Buffer {
  return new X509Certificate(pem).raw.subarray(-256)
}
