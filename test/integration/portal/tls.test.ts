/** TLS with certificates that are wrong in one way each: nothing is sent, and the failure says what is wrong. */
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { english } from '../../support/english.ts'
import { issuedBy, selfSigned, type CertificateOptions } from '../../support/certificates.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startStandIn } from '../../support/stand-in-portal.ts'

const info = '{"sso_enabled":false,"sso_type":"mock","login_url":"/auth/test/login"}'

async function withClient<T>(ca: string | null, use: (http: PortalHttp) => Promise<T>): Promise<T> {
  const http = new PortalHttp(ca)
  try {
    return await use(http)
  } finally {
    await http.close()
  }
}

test('the installer’s self-signed certificate is trusted when the profile names it', async () => {
  const mine = await selfSigned()
  await using server = await startStandIn((_asked, response) => void response.end(info), mine)
  const answer = await withClient(mine.cert, (http) => new AuthPortal(http, server.origin).info())
  expect(answer.sso_type).toBe('mock')
})

test.each<[string, CertificateOptions, 'own' | 'other' | null, RegExp]>([
  ['self-signed', {}, null, /caFile/],
  ['of another authority', {}, 'other', /caFile/],
  ['of another name', { address: '127.0.0.2' }, 'own', /origin/],
  ['expired', { validFrom: -9, validTo: -1 }, 'own', /clock/],
  ['not valid yet', { validFrom: 1, validTo: 9 }, 'own', /clock/],
])('%s', async (_what, options, trusted, nextStep) => {
  const mine = await selfSigned(options)
  const ca = trusted === null ? null : trusted === 'own' ? mine.cert : (await selfSigned()).cert
  await using server = await startStandIn((_asked, response) => void response.end(info), mine)
  const failure = await withClient(ca, (http) =>
    failureOf(new AuthPortal(http, server.origin).verify('a-token-that-must-stay-here')),
  )
  expect(failure).toMatchObject({ kind: 'untrusted-certificate', retryable: false })
  expect(english(failure).nextStep).toMatch(nextStep)
  expect(JSON.stringify(failure)).not.toContain('must-stay-here')
  expect(server.asked).toEqual([])
})

test.each([
  ['an authority of the profile', async () => (await selfSigned()).cert],
  ['no authority in the profile', async () => null],
])('B39: the server forgets the certificate of its issuer, %s', async (_what, authority) => {
  const issuer = await selfSigned({ name: 'issuing.example' })
  const chain = await issuedBy(issuer)
  const [leaf = ''] = chain.cert.split(/(?<=-----END CERTIFICATE-----\n)/)
  await using server = await startStandIn((_asked, response) => void response.end(info), {
    key: chain.key,
    cert: leaf,
  })
  const failure = await withClient(await authority(), (http) =>
    failureOf(new AuthPortal(http, server.origin).info()),
  )
  expect(failure).toMatchObject({ kind: 'untrusted-certificate', reason: 'issuer-missing', retryable: false })
  expect(english(failure).message).toContain('issued by CN=issuing.example, whose own certificate is missing')
  expect(english(failure).nextStep).toMatch(/send the whole chain .*portal\.caFile/)
  // With the missing one in the profile's file it is trusted.
  expect(await withClient(issuer.cert, (http) => new AuthPortal(http, server.origin).info())).toBeTruthy()
})

test('HTTP where TLS is expected', async () => {
  await using server = await startStandIn((_asked, response) => void response.end(info))
  const failure = await withClient(null, (http) =>
    failureOf(new AuthPortal(http, server.origin.replace('http:', 'https:')).info()),
  )
  expect(failure).toMatchObject({ kind: 'portal-unreachable' })
  expect(english(failure).message).toContain('TLS')
  expect(server.asked).toEqual([])
})

test.each<[string, string, RegExp]>([
  // As some libraries for TLS report the same fault: the connection is reset, and nothing is said.
  ['HTTP, and the client’s TLS says nothing of it', 'HTTP/1.0 400 Bad Request\r\n\r\n', /does not speak TLS/],
  ['TLS without anything in common', '', /broke off while the encrypted connection/],
])('%s', async (_what, toPlain, message) => {
  const said: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      const text = bytes.toString('latin1')
      if (text.startsWith('HEAD ')) said.push(text)
      socket.end(text.startsWith('HEAD ') ? toPlain : '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const failure = await withClient(null, (http) =>
    failureOf(new AuthPortal(http, `https://127.0.0.1:${port}`).verify('a-token-that-must-stay-here')),
  )
  server.close()
  expect(failure).toMatchObject({ kind: 'portal-unreachable' })
  expect(english(failure).message).toMatch(message)
  expect(said).toEqual(['HEAD / HTTP/1.0\r\n\r\n'])
})

test('TLS where HTTP is expected', async () => {
  await using server = await startStandIn((_asked, response) => void response.end(info), await selfSigned())
  const failure = await withClient(null, (http) =>
    failureOf(new AuthPortal(http, server.origin.replace('https:', 'http:')).info()),
  )
  expect(['portal-error', 'portal-unreachable']).toContain(failure.kind)
})

test('a handshake that stops half-way is left at the deadline', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const failure = await withClient(null, (http) => failureOf(http.send(origin, { deadlineMs: 300 })))
  expect(failure.kind).toBe('portal-unreachable')
  await new Promise((resolve) => server.close(resolve))
})
