/**
 * HTTP(S) to a host through local ports. A host's certificate is self-signed: it is compared byte by byte with the one
 * that pairing established. URLs carry the stream key, so neither URLs nor bodies ever reach a log or an error.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { X509Certificate } from 'node:crypto'
import { connect as connectTls, type PeerCertificate } from 'node:tls'
import { fail } from '../../shared/errors.ts'

export interface HostAnswer {
  status: number
  body: string
}

export interface HostRequest {
  method?: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
  deadlineMs?: number
  signal?: AbortSignal
}

/** TLS towards a known host. */
export interface PinnedTls {
  /** The host's certificate, PEM. */
  certificatePem: string
  /** Client certificate and key, for nvhttp. */
  client?: { certificatePem: string; keyPem: string }
}

const maximumBody = 1024 * 1024
const defaultDeadlineMs = 5000

function notAnswering(reason: string): Error {
  return fail('host-not-ready', {
    message: 'The desktop’s host does not answer.',
    nextStep: 'Wait a minute and try again; if it stays, end the session and start a new one.',
    evidence: [{ label: 'reason', value: reason }],
  })
}

function mismatch(): Error {
  return fail('certificate-mismatch', {
    message: 'The desktop’s host shows another certificate than before.',
    nextStep:
      'Do not go on with this session: end it and start a new one. Tell your administrator if it happens again.',
    retryable: false,
  })
}

/** Compares the DER that a server shows; the chain was verified against this very certificate as CA. */
function comparePinned(pinned: Buffer) {
  return (_host: string, shown: PeerCertificate): Error | undefined =>
    shown.raw.equals(pinned) ? undefined : mismatch()
}

function collect(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maximumBody) response.destroy(new Error('the answer is too large'))
      else chunks.push(chunk)
    })
    response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    response.once('error', reject)
  })
}

/**
 * One request to 127.0.0.1:port. Plain HTTP without `tls`.
 * @throws VizlinkError host-not-ready, certificate-mismatch
 */
export async function askHost(
  port: number,
  request: HostRequest,
  tls: PinnedTls | null,
): Promise<HostAnswer> {
  const signals = [
    AbortSignal.timeout(request.deadlineMs ?? defaultDeadlineMs),
    ...(request.signal ? [request.signal] : []),
  ]
  const options = {
    host: '127.0.0.1',
    port,
    path: request.path,
    method: request.method ?? 'GET',
    headers: { connection: 'close', ...request.headers },
    agent: false as const,
    signal: AbortSignal.any(signals),
  }
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = tls
        ? httpsRequest({
            ...options,
            ca: tls.certificatePem,
            checkServerIdentity: comparePinned(new X509Certificate(tls.certificatePem).raw),
            ...(tls.client ? { cert: tls.client.certificatePem, key: tls.client.keyPem } : {}),
          })
        : httpRequest(options)
      sent.once('response', resolve)
      sent.once('error', reject)
      sent.end(request.body)
    })
    return { status: response.statusCode ?? 0, body: await collect(response) }
  } catch (error) {
    if (error instanceof Error && 'failure' in error) throw error
    const code = (error as { code?: string }).code ?? (error instanceof Error ? error.name : 'unknown')
    if (/SELF_SIGNED|UNABLE_TO|CERT_/.test(code)) throw mismatch()
    throw notAnswering(code)
  }
}

/**
 * The certificate that a host's web API shows, for a host that nobody has met yet: nothing but the handshake happens, and
 * whatever is done next is pinned to what was seen here.
 */
export function lookAtCertificate(port: number, deadlineMs = defaultDeadlineMs): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: true, ca: [] })
    const timer = setTimeout(() => finish(null, 'no TLS handshake'), deadlineMs)
    const finish = (certificate: Buffer | null, reason: string): void => {
      clearTimeout(timer)
      socket.destroy()
      if (!certificate) return reject(notAnswering(reason))
      resolve(new X509Certificate(certificate).toString())
    }
    // Verification stays on, so this socket never becomes usable: a self-signed certificate ends it. Node.js emits
    // `secure` right after the handshake, before it judges the chain; that is where the certificate can be read.
    let shown: Buffer | null = null
    socket.prependListener('secure', () => {
      shown = (socket.getPeerCertificate() as Partial<PeerCertificate>).raw ?? null
    })
    socket.once('error', (error: NodeJS.ErrnoException) => finish(shown, error.code ?? error.message))
    socket.once('secureConnect', () => finish(shown, 'no certificate'))
  })
}
