/** A TLS session that is taken up again shows no certificate: behind a pinned one no other server may slip in with it. */
import { randomBytes, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { PortalHttp } from '../../../../src-main/protocols/portal/http.ts'
import { selfSigned } from '../../../support/certificates.ts'
import { failureOf } from '../../../support/failure-of.ts'

/** Ticket keys that two servers share, as those of one site may. */
const ticketKeys = randomBytes(48)

/** Answers each request on a connection of its own, and says whether that took up a session again. */
async function portal(
  certificate: { key: string; cert: string },
  port: number,
): Promise<{ server: Server; reused: boolean[] }> {
  const reused: boolean[] = []
  const server = createServer(
    { ...certificate, ticketKeys, sessionIdContext: 'portal' },
    (_request, response) => {
      response.writeHead(200, { connection: 'close' }).end('{}')
    },
  )
  server.on('secureConnection', (socket) => reused.push(socket.isSessionReused()))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { server, reused }
}
const closed = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve))

test('each connection shows the pinned certificate again, and another one behind the same session is refused', async () => {
  const own = await selfSigned()
  const first = await portal(own, 0)
  const { port } = first.server.address() as AddressInfo
  const origin = `https://127.0.0.1:${port}`
  const fingerprint = new X509Certificate(own.cert).fingerprint256
  const http = new PortalHttp(null, { pinned: { origin, pem: own.cert, fingerprint } })
  try {
    for (let time = 0; time < 3; time++) expect((await http.send(origin)).status).toBe(200)
    expect(first.reused).toEqual([false, false, false])
    await closed(first.server)
    const other = await portal(await selfSigned(), port)
    try {
      expect((await failureOf(http.send(origin))).kind).toBe('untrusted-certificate')
    } finally {
      await closed(other.server)
    }
  } finally {
    await http.close()
  }
})
