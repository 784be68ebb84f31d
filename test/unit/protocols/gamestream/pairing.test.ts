/** The client's half of pairing against the values of a real one. */
import { createPrivateKey, verify, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateSignature, createIdentity } from '../../../../src-main/protocols/gamestream/identity.ts'
import {
  decryptBlocks,
  encryptBlocks,
  pairingKey,
} from '../../../../src-main/protocols/gamestream/pairing.ts'
import { recordedPairing } from '../../../support/recordings.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

test.each(['pairing', 'pairing-wrong-pin'] as const)('%s: every value is reproduced', (which) => {
  const recorded = recordedPairing(which)
  const key = pairingKey(hex(recorded.salt), recorded.pin)
  expect(key.toString('hex')).toBe(recorded.key_K)
  expect(encryptBlocks(key, hex(recorded.Rc)).toString('hex')).toBe(recorded.clientchallenge)
  expect(decryptBlocks(key, hex(recorded.challengeresponse)).toString('hex')).toBe(recorded.H + recorded.Rs)
  expect(encryptBlocks(key, hex(recorded.client_hash)).toString('hex')).toBe(recorded.serverchallengeresp)
  expect(certificateSignature(recorded.client_cert_pem).toString('hex')).toBe(recorded.client_cert_signature)
  expect(certificateSignature(recorded.host_cert_pem).toString('hex')).toBe(recorded.host_cert_signature)
})

test('a new identity is a self-signed RSA certificate with its key, and no two are alike', async () => {
  const [first, second] = await Promise.all([createIdentity(), createIdentity()])
  const certificate = new X509Certificate(first.certificatePem)
  expect(certificate.subject).toBe('CN=NVIDIA GameStream Client')
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048)
  expect(certificate.checkPrivateKey(createPrivateKey(first.keyPem))).toBe(true)
  expect(certificateSignature(first.certificatePem)).toHaveLength(256)
  expect(first.uniqueId).toMatch(/^[0-9a-f]{16}$/)
  expect(second.uniqueId).not.toBe(first.uniqueId)
  expect(second.certificatePem).not.toBe(first.certificatePem)
})

test('a host that was given another PIN is like a stranger by its signature, only by the hash', () => {
  const recorded = recordedPairing('pairing-wrong-pin')
  const secret = hex(recorded.pairingsecret)
  const signed = verify('sha256', secret.subarray(0, 16), recorded.host_cert_pem, secret.subarray(16))
  expect(signed).toBe(true)
})
