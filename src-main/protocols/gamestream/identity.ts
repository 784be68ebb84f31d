/**
 * The client's identity towards hosts: an RSA-2048 key and a self-signed certificate, as every GameStream client has; and what pairing
 * takes from certificates. The package that reads them is large: this file is loaded when it is needed.
 */
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface ClientIdentity {
  /** 16 hex digits, different for every identity (a host keeps pairings by it). */
  uniqueId: string
  keyPem: string
  certificatePem: string
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}
const validityYears = 20

/** Makes a new identity. */
export async function createIdentity(): Promise<ClientIdentity> {
  x509.cryptoProvider.set(crypto)
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const now = Date.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=NVIDIA GameStream Client',
    notBefore: new Date(now - 24 * 3600 * 1000),
    notAfter: new Date(now + validityYears * 365 * 24 * 3600 * 1000),
    signingAlgorithm: algorithm,
    keys,
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    uniqueId: randomBytes(8).toString('hex'),
    keyPem: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
    certificatePem: `${certificate.toString('pem')}\n`,
  }
}

/** The bits of a certificate's signature, whatever key made it. Hosts take the same (Sunshine src/crypto.cpp, signature). */
export function certificateSignature(pem: string): Buffer {
  return Buffer.from(new x509.X509Certificate(pem).signature)
}
