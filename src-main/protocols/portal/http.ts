/** HTTP to the portal: verified TLS, deadlines, bounded bodies; HTML error pages are answers too. */
import { Agent, request } from 'undici'
import { fail, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'

export interface PortalAnswer {
  status: number
  /** Parsed body where it was JSON, else null. */
  json: unknown
  /** Beginning of the body as text. */
  text: string
  /** The server's clock as Unix ms (header Date), null without one. */
  serverTime: number | null
  ms: number
}

export interface PortalRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  headers?: Record<string, string>
  body?: unknown
  deadlineMs?: number
}

const maximumBody = 1024 * 1024
const defaultDeadlineMs = 10_000

const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** What an answer looked like, for evidence: never the request, which may carry a token. */
export function answerEvidence(path: string, answer: PortalAnswer): EvidenceItem[] {
  return [
    { label: 'request', value: path },
    { label: 'status', value: String(answer.status) },
    { label: 'answer', value: answer.text.replace(/\s+/g, ' ').slice(0, 300) },
  ]
}

export class PortalHttp {
  private readonly agent: Agent

  /** @param ca certificate authority (PEM) that is trusted beside the system's, or null */
  constructor(ca: string | null) {
    this.agent = new Agent({
      connect: { timeout: 8000, ...(ca === null ? {} : { ca }) },
      connections: 8,
      pipelining: 1,
    })
  }

  /**
   * One request. Any HTTP status is an answer.
   * @throws VizlinkError portal-unreachable, untrusted-certificate, portal-error (body too large)
   */
  async send(url: string, options: PortalRequest = {}): Promise<PortalAnswer> {
    const started = performance.now()
    const path = new URL(url).pathname
    const json = options.body === undefined ? {} : { 'content-type': 'application/json' }
    try {
      const response = await request(url, {
        dispatcher: this.agent,
        method: options.method ?? 'GET',
        headers: { accept: 'application/json', ...json, ...options.headers },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        signal: AbortSignal.timeout(options.deadlineMs ?? defaultDeadlineMs),
      })
      const text = await readBounded(response.body, path)
      const date = Date.parse(String(response.headers.date ?? ''))
      return {
        status: response.statusCode,
        json: parseJson(text),
        text: text.slice(0, 2000),
        serverTime: Number.isNaN(date) ? null : date,
        ms: performance.now() - started,
      }
    } catch (error) {
      throw translate(error, new URL(url).origin, path)
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy()
  }
}

async function readBounded(body: AsyncIterable<Buffer>, path: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maximumBody) {
      throw fail('portal-error', {
        message: 'The portal sent an answer that is far too large.',
        nextStep: 'Tell the portal’s operator; the evidence names the request.',
        evidence: [{ label: 'request', value: path }],
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function translate(error: unknown, origin: string, path: string): Error {
  if (error instanceof Error && 'failure' in error) return error
  const code =
    (error as { code?: string; cause?: { code?: string } }).code ??
    (error as { cause?: { code?: string } }).cause?.code
  const evidence = [
    { label: 'portal', value: origin },
    { label: 'request', value: path },
    { label: 'reason', value: code ?? (error instanceof Error ? error.message : String(error)) },
  ]
  if (code && certificateCodes.has(code)) {
    return fail('untrusted-certificate', {
      message: 'The portal’s certificate is not trusted.',
      nextStep:
        'Ask your administrator for the site’s CA file and name it in the site profile (portal.caFile).',
      evidence,
      retryable: false,
    })
  }
  return fail('portal-unreachable', {
    message: 'The portal cannot be reached.',
    nextStep: 'Check your network or VPN, then try again.',
    evidence,
  })
}

/** An answer that is not what the contract says. */
export function unexpected(path: string, answer: PortalAnswer): VizlinkError {
  return fail('portal-error', {
    message:
      answer.status >= 502 && answer.status <= 504
        ? 'A service of the portal is not running.'
        : 'The portal answered with an error.',
    nextStep: 'Try again in a minute; if it stays, tell the portal’s operator and give the evidence below.',
    evidence: answerEvidence(path, answer),
  })
}
