/**
 * HTTP(S) to a host by what leads to its ports from here. A host's certificate is self-signed: it is compared byte by byte with the one
 * that pairing established. URLs carry the stream key, so neither URLs nor bodies ever reach a log or an error.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { X509Certificate } from 'node:crypto'
import { connect } from 'node:net'
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls'
import { fail } from '../../shared/errors.ts'

/** What leads to a port of the host: the path of a socket of the app alone, or a TCP port of 127.0.0.1. */
export type HostSocket = string | number

const connectionTo = (way: HostSocket): { path: string } | { host: string; port: number } =>
  typeof way === 'string' ? { path: way } : { host: '127.0.0.1', port: way }

export interface HostAnswer {
  status: number
  /** Where it sends its visitors; null: nowhere. */
  location: string | null
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

/** @param path what was asked for, without its query: that has keys and salts in it */
function notAnswering(reason: string, path?: string): Error {
  return fail('host-not-ready', 'no-answer', {
    evidence: [
      { label: 'reason', value: reason },
      ...(path === undefined ? [] : [{ label: 'asked-for', value: path.replace(/\?.*/s, '') }]),
    ],
  })
}

function mismatch(): Error {
  return fail('certificate-mismatch', 'other-than-before', { retryable: false })
}

/**
 * A TLS connection to the host that owns the pinned certificate. Its bytes are compared instead of a chain and dates: the
 * certificate is its own authority, and clocks on a cluster may be wrong. Nothing is sent before that.
 */
function connectPinned(way: HostSocket, tls: PinnedTls, signal: AbortSignal): Promise<TLSSocket> {
  const pinned = new X509Certificate(tls.certificatePem).raw
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      ...connectionTo(way),
      rejectUnauthorized: false,
      ...(tls.client ? { cert: tls.client.certificatePem, key: tls.client.keyPem } : {}),
    })
    const refuse = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    const onAbort = (): void => refuse(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('close', () => {
      signal.removeEventListener('abort', onAbort)
      reject(notAnswering('closed during the TLS handshake'))
    })
    socket.on('error', refuse)
    socket.once('secureConnect', () => {
      const shown = (socket.getPeerCertificate() as Partial<PeerCertificate>).raw
      if (!shown?.equals(pinned)) return refuse(mismatch())
      signal.removeEventListener('abort', onAbort)
      resolve(socket)
    })
  })
}

function collect(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maximumBody) response.destroy(notAnswering('the answer is too large'))
      else chunks.push(chunk)
    })
    response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    response.once('error', reject)
  })
}

/**
 * One request. Plain HTTP without `tls`.
 * @throws VizlinkError host-not-ready, certificate-mismatch
 */
export async function askHost(
  way: HostSocket,
  request: HostRequest,
  tls: PinnedTls | null,
): Promise<HostAnswer> {
  const signals = [
    AbortSignal.timeout(request.deadlineMs ?? defaultDeadlineMs),
    ...(request.signal ? [request.signal] : []),
  ]
  const signal = AbortSignal.any(signals)
  try {
    signal.throwIfAborted()
    const socket = tls ? await connectPinned(way, tls, signal) : connect(connectionTo(way))
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = httpRequest({
        // A host takes any name; the port says which one is meant where there is one.
        host: '127.0.0.1',
        ...(typeof way === 'number' ? { port: way } : {}),
        path: request.path,
        method: request.method ?? 'GET',
        headers: { connection: 'close', ...request.headers },
        signal,
        // An agent would make its own connection.
        createConnection: () => socket,
      })
      sent.once('response', resolve)
      sent.once('error', reject)
      sent.end(request.body)
    })
    const { statusCode = 0, headers } = response
    // A socket that breaks looks like one that has ended: an answer must say itself where it ends.
    if (headers['content-length'] === undefined && headers['transfer-encoding'] !== 'chunked') {
      response.destroy()
      throw notAnswering('the answer does not say where it ends', request.path)
    }
    return { status: statusCode, location: headers.location ?? null, body: await collect(response) }
  } catch (error) {
    if (error instanceof Error && 'failure' in error) throw error
    // A deadline's own error has a number there.
    const code = (error as { code?: unknown }).code
    const reason = typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown'
    throw notAnswering(reason, request.path)
  }
}

/**
 * The certificate that a host's web API shows, for a host that was never met: nothing but the handshake happens, and
 * whatever is done next is pinned to what was seen here.
 */
export function lookAtCertificate(way: HostSocket, deadlineMs = defaultDeadlineMs): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ ...connectionTo(way), rejectUnauthorized: true, ca: [] })
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
