/** HTTP to the portal: verified TLS, deadlines, bounded bodies; HTML error pages are answers too. */
import { Agent, request } from 'undici'
import { fail, VizlinkError, type EvidenceItem } from '../../shared/errors.ts'

export interface PortalAnswer {
  status: number
  /** Parsed body where it was JSON, else null. */
  json: unknown
  /** Beginning of the body as text, without tokens. */
  text: string
  /** Where a redirection leads, without its query, which may carry a token; null without one. */
  location: string | null
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
const keptText = 2000

/** Tokens in an answer: by field name (also cut off), and whatever looks like a JSON web token. */
const tokenField = /("\w*token"\s*:\s*")[^"]*/gi
const webToken = /\beyJ[\w-]{8,}(\.[\w-]*){0,2}/g
const removed = '[removed]'

/** @param sent what the request carried: an answer may repeat it, as debug pages do */
function withoutTokens(text: string, sent: string | undefined): string {
  const secret = sent?.replace(/^Bearer /, '')
  const known = secret ? text.replaceAll(secret, removed) : text
  return known.replace(tokenField, `$1${removed}`).replace(webToken, removed)
}

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

  /** @param ca the only certificate authority (PEM) that is trusted; null: those that Node.js trusts */
  constructor(ca: string | null) {
    this.agent = new Agent({
      connect: { timeout: 8000, ...(ca === null ? {} : { ca }) },
      connections: 8,
      pipelining: 1,
    })
  }

  /**
   * One request. Any HTTP status is an answer; redirections are not followed: they would carry the token elsewhere.
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
        // Cut before tokens are looked for: a body may have a megabyte. A token that is cut is still one.
        text: withoutTokens(text.slice(0, keptText * 2), options.headers?.authorization).slice(0, keptText),
        location: placeOf(response.headers.location, url),
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

function placeOf(location: unknown, from: string): string | null {
  if (typeof location !== 'string' || !URL.canParse(location, from)) return null
  const { origin, pathname } = new URL(location, from)
  return `${origin}${pathname}`.slice(0, 300)
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
  if (error instanceof VizlinkError) return error
  const { code, cause, name } = error as { code?: unknown; cause?: { code?: unknown }; name?: unknown }
  // A DOMException's code is a number.
  const reason = [code, cause?.code, name].find((value) => typeof value === 'string') ?? 'unknown'
  const evidence = [
    { label: 'portal', value: origin },
    { label: 'request', value: path },
    { label: 'reason', value: reason },
  ]
  return translations.find(({ reasons }) => reasons.test(reason))!.make(evidence)
}

const checkOrigin = 'Check portal.origin in the site profile: http or https, name and port.'
const unreachable = (message: string, nextStep: string) => (evidence: EvidenceItem[]) =>
  fail('portal-unreachable', { message, nextStep, evidence })
const untrusted = (message: string, nextStep: string) => (evidence: EvidenceItem[]) =>
  fail('untrusted-certificate', { message, nextStep, evidence, retryable: false })

/** What went wrong by Node.js's, OpenSSL's and undici's names for it; the first that fits. */
const translations: { reasons: RegExp; make(evidence: EvidenceItem[]): VizlinkError }[] = [
  {
    reasons: /^(ERR_SSL_|EPROTO$)/,
    make: unreachable('What answers at the portal’s address does not speak TLS as expected.', checkOrigin),
  },
  {
    reasons: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    make: untrusted(
      'The portal’s certificate has expired or is not valid yet.',
      'Check this computer’s clock; if it is right, tell the portal’s operator.',
    ),
  },
  {
    reasons: /ALTNAME|HOSTNAME_MISMATCH/,
    make: untrusted('The portal’s certificate is made out to another name.', checkOrigin),
  },
  {
    reasons: /CERT|ISSUER|LEAF_SIGNATURE|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/,
    make: untrusted(
      'The portal’s certificate is not trusted.',
      'Ask your administrator for the site’s CA file and name it in the site profile (portal.caFile).',
    ),
  },
  {
    reasons: /^(HPE_|HTTPParserError$|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE))/,
    make: (evidence) =>
      fail('portal-error', {
        message: 'What answers at the portal’s address does not speak HTTP as expected.',
        nextStep: checkOrigin,
        evidence,
      }),
  },
  {
    reasons: /^TimeoutError$|TIMEOUT|^ETIMEDOUT$/,
    make: unreachable('The portal did not answer in time.', 'Check your network or VPN, then try again.'),
  },
  {
    reasons: /^/,
    make: unreachable('The portal cannot be reached.', 'Check your network or VPN, then try again.'),
  },
]

/** An answer that is not what the contract says. */
export function unexpected(path: string, answer: PortalAnswer): VizlinkError {
  const evidence = answerEvidence(path, answer)
  if (answer.location !== null && answer.status >= 300 && answer.status < 400) {
    return fail('portal-error', {
      message: 'The portal sends us somewhere else.',
      nextStep: checkOrigin,
      evidence: [...evidence, { label: 'leads to', value: answer.location }],
      retryable: false,
    })
  }
  return fail('portal-error', {
    message:
      answer.status >= 502 && answer.status <= 504
        ? 'A service of the portal is not running, or has too much to do.'
        : 'The portal answered with an error.',
    nextStep: 'Try again in a minute; if it stays, tell the portal’s operator and give the evidence below.',
    evidence,
  })
}
