/** What the check sees of a certificate, in the language of the person who reads it. */
import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { factsOf } from '../../../../src-main/protocols/portal/trust.ts'
import { saidIn } from '../../../../src-main/shared/texts/index.ts'
import { lookAtCertificate } from '../../../../src-main/site-check/gather/certificate.ts'
import { selfSigned } from '../../../support/certificates.ts'
import { text } from '../../../support/texts.ts'

async function sightOf(pem: string) {
  const certificate = new X509Certificate(pem)
  return await lookAtCertificate({
    http: {
      shownCertificate: async () => ({
        certificate,
        trustProblem: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        pin: 'none' as const,
      }),
    },
    origin: new URL('https://127.0.0.1'),
    isStranger: false,
  })
}

test('the names that a certificate has are shown as they are', async () => {
  const { cert } = await selfSigned({ name: 'portal.example' })
  const { names, issuer, hasAlternativeNames } = await sightOf(cert)
  expect(issuer).toBe('portal.example')
  expect(hasAlternativeNames).toBe(true)
  expect(saidIn(names, 'ko')).toBe('CN portal.example; IP Address:127.0.0.1, DNS:portal.example')
})

test('that a certificate has no name is said in the reader’s language', async () => {
  const { cert } = await selfSigned({ nameless: true })
  const { names, issuer, hasAlternativeNames } = await sightOf(cert)
  expect(hasAlternativeNames).toBe(false)
  const none = text('site-check-seen.noCommonName')
  expect(saidIn(names, 'en')).toBe(`CN ${none}; ${text('site-check-seen.noAlternativeNames')}`)
  expect(saidIn(issuer, 'en')).toBe(text('questions.certificate.nameless'))
  expect([names, issuer].map((saying) => saidIn(saying, 'ko')).join(' ')).not.toMatch(/none|name/)
})

test('a question about a certificate without names leaves them empty, for page and command line to say', async () => {
  const { cert } = await selfSigned({ nameless: true })
  expect(factsOf(new X509Certificate(cert))).toMatchObject({ subject: '', issuer: '' })
})
