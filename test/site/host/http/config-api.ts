/** The configuration API (base + 1, HTTPS): set the first user, submit a PIN, close the app. */
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HostCertificate } from './certificate.ts'
import type { Pairing } from './pairing.ts'
import type { HostState } from './state.ts'

const maximumBody = 16 * 1024

async function readBody(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maximumBody) return null
    chunks.push(chunk)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Starts the API; the returned function closes it. */
export async function startConfigApi(options: {
  address: string
  port: number
  certificate: HostCertificate
  state: HostState
  pairing: Pairing
  closeApp: () => void
}): Promise<() => Promise<void>> {
  const { state, pairing } = options

  const answer = (response: ServerResponse, fields: Record<string, string>): void => {
    const body = `${JSON.stringify(fields, null, 4)}\n`
    response.writeHead(200, { 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
  }
  const authorised = (request: IncomingMessage): boolean => {
    const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ')
    const [name = '', ...password] = Buffer.from(value, 'base64').toString('utf8').split(':')
    return scheme === 'Basic' && state.checkUser(name, password.join(':'))
  }

  const setPassword = (body: Record<string, unknown>, response: ServerResponse): void => {
    const name = text(body.newUsername)
    const password = text(body.newPassword)
    if (state.hasUser && !state.checkUser(text(body.currentUsername), text(body.currentPassword))) {
      return answer(response, { status: 'false', error: 'Invalid Current Credentials' })
    }
    if (name === '' || password === '' || password !== text(body.confirmNewPassword)) {
      return answer(response, { status: 'false', error: 'Password Mismatch' })
    }
    state.setUser(name, password)
    answer(response, { status: 'true' })
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Sunshine keeps the connection and says nothing about it.
    response.sendDate = false
    response.removeHeader('Connection')
    const path = request.url ?? '/'
    if (!state.hasUser && path !== '/api/password') {
      response.writeHead(307, { Location: '/welcome', 'Content-Length': 0 }).end()
      return
    }
    if (state.hasUser && !authorised(request)) {
      const realm = 'Basic realm="Sunshine Gamestream Host", charset="UTF-8"'
      response.writeHead(401, { 'WWW-Authenticate': realm, 'Content-Length': 0 }).end()
      return
    }
    if (request.method !== 'POST') {
      response.writeHead(404, { 'Content-Length': 0 }).end()
      return
    }
    const body = await readBody(request)
    if (!body) return answer(response, { status: 'false', error: '<unspecified file>(1): expected value' })
    if (path === '/api/password') return setPassword(body, response)
    if (path === '/api/pin') return answer(response, { status: String(pairing.submitPin(text(body.pin))) })
    if (path === '/api/apps/close') {
      options.closeApp()
      return answer(response, { status: 'true' })
    }
    response.writeHead(404, { 'Content-Length': 0 }).end()
  }

  const server = createServer(
    { key: options.certificate.keyPem, cert: options.certificate.certificatePem, requestTimeout: 10_000 },
    (request, response) => {
      response.on('error', () => undefined)
      handle(request, response).catch(() => response.destroy())
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.address, resolve)
  })
  return async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
