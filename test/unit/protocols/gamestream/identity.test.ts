/** The client's own key and certificate. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { createIdentity } from '../../../../src-main/protocols/gamestream/identity.ts'

test('a key of 2048 bits, and a certificate that is good for twenty years from yesterday on', async () => {
  const { keyPem, certificatePem, uniqueId } = await createIdentity()
  const certificate = new X509Certificate(certificatePem)
  const key = createPrivateKey(keyPem)
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048)
  expect(certificate.checkPrivateKey(key)).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  const year = 365 * 86_400_000
  expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(19.9 * year)
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now() - 3_600_000)
  expect(uniqueId).toMatch(/^[0-9a-f]{16}$/)
})
