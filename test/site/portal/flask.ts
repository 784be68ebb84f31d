/**
 * HTTP services that answer in Flask's shapes: sorted keys, a newline at the end, HTML bodies for its own errors.
 * Recorded from the real services; clients must survive these bodies, so the demo site sends them exactly.
 */
import fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { setTimeout as delay } from 'node:timers/promises'
import { startListening } from '../support/listening.ts'
import type { Listening } from '../support/listening.ts'
import { freePorts } from '../support/ports.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface FlaskRequest {
  parameters: Record<string, string>
  /** Query parameters; the first value where one is given twice. */
  query: URLSearchParams
  /** A header's value, null when absent. */
  header(name: string): string | null
  contentType: string
  body: Buffer
}

/** A JSON value (sorted and sent as JSON) with its status, or a text of another type. */
export interface FlaskAnswer {
  status: number
  json?: unknown
  text?: { type: string; body: string }
  headers?: Record<string, string>
}

/** A redirect as Flask answers it. */
export const redirect = (location: string, headers: Record<string, string> = {}): FlaskAnswer => ({
  status: 302,
  headers: { location, ...headers },
  text: {
    type: 'text/html; charset=utf-8',
    body: `<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: <a href="${escapeHtml(location)}">${escapeHtml(location)}</a>. If not, click the link.\n`,
  },
})

/** Text safe inside HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export type Handler = (request: FlaskRequest) => Promise<FlaskAnswer> | FlaskAnswer
export type Routes = Record<string, Partial<Record<Method, Handler>>>

/** Thrown by handlers for an error that Flask itself answers with HTML. */
export class HtmlError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

const pages: Record<number, [title: string, text: string]> = {
  400: ['Bad Request', 'The browser (or proxy) sent a request that this server could not understand.'],
  404: [
    'Not Found',
    'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
  ],
  405: ['Method Not Allowed', 'The method is not allowed for the requested URL.'],
  415: [
    'Unsupported Media Type',
    'Did not attempt to load JSON data because the request Content-Type was not &#39;application/json&#39;.',
  ],
  500: [
    'Internal Server Error',
    'The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.',
  ],
}

/** Flask's HTML page for a status. */
export function htmlPage(status: number): string {
  const [title, text] = pages[status] ?? pages[500]!
  return `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]))
}

/** JSON as Flask writes it: sorted keys, other than ASCII escaped, a newline at the end. */
export function flaskJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(sorted(value), null, indent)
  return `${text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}

/** The request's JSON body as Flask's `request.get_json()` gives it, or Flask's own refusal. */
export function requestJson(request: FlaskRequest): unknown {
  if (!/^application\/(.+\+)?json$/i.test(request.contentType)) throw new HtmlError(415)
  try {
    return JSON.parse(request.body.toString('utf8')) as unknown
  } catch {
    throw new HtmlError(400)
  }
}

/** The local time without a zone and with microseconds, as Python's `isoformat()` writes it. */
export function pythonTime(date = new Date()): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().replace('Z', '000')
}

function sendHtml(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).header('content-type', 'text/html; charset=utf-8').send(htmlPage(status))
}

export interface ServiceOptions {
  /** Spaces of indentation: the CAE service indents its JSON. */
  indent?: number
  /** What flask-cors adds where a request names its origin. */
  cors?: 'with-credentials' | 'plain'
}

/** Longer than any client or proxy waits. */
const neverMs = 3_600_000

function build(routes: Routes, options: ServiceOptions, waitMs: () => number): FastifyInstance {
  const server = fastify({
    logger: false,
    // nginx is what refuses large bodies, where it does.
    bodyLimit: 64 << 20,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setNotFoundHandler((_request, reply) => sendHtml(reply, 404))
  server.setErrorHandler((error, _request, reply) =>
    sendHtml(reply, error instanceof HtmlError ? error.status : 500),
  )
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (options.cors && origin !== undefined) {
      reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
      if (options.cors === 'with-credentials') reply.header('access-control-allow-credentials', 'true')
    }
    const ms = waitMs()
    // Not awaited by the process: a service that hangs must not keep a site from ending.
    if (ms > 0) await delay(Math.min(ms, neverMs), undefined, { ref: false })
  })
  for (const [url, methods] of Object.entries(routes)) {
    const allowed = ['OPTIONS', ...Object.keys(methods), ...(methods.GET ? ['HEAD'] : [])]
    server.all(url, async (request: FastifyRequest, reply) => {
      if (request.method === 'OPTIONS') {
        return reply
          .header('allow', allowed.join(', '))
          .header('content-type', 'text/html; charset=utf-8')
          .send('')
      }
      const handler = methods[(request.method === 'HEAD' ? 'GET' : request.method) as Method]
      if (!handler) return sendHtml(reply.header('allow', allowed.join(', ')), 405)
      const answer = await handler({
        parameters: request.params as Record<string, string>,
        query: new URL(request.url, 'http://service').searchParams,
        header: (name) => {
          const value = request.headers[name]
          return typeof value === 'string' ? value : null
        },
        contentType: (request.headers['content-type'] ?? '').split(';')[0]!.trim(),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      })
      const { type, body } = answer.text ?? {
        type: 'application/json',
        body: flaskJson(answer.json, options.indent ?? 0),
      }
      // As bytes: to a text fastify would add a charset, which the real services do not send.
      return reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .header('content-type', type)
        .send(Buffer.from(body))
    })
  }
  return server
}

export interface Service extends Listening {
  /** Port on the inner address, the same over stops and starts. */
  readonly port: number
  /** Waits so long before every answer. Infinity: requests hang, as with a worker that is stuck. */
  setDelay(milliseconds: number): void
  dispose(): Promise<void>
}

/** Starts a service on a port of its own. */
export async function startService(routes: Routes, options: ServiceOptions = {}): Promise<Service> {
  let waitMs = 0
  const [port] = await freePorts(1)
  const listening = await startListening(async (host) => {
    const server = build(routes, options, () => waitMs)
    await server.listen({ host, port: port! })
    return () => server.close()
  })
  return {
    port: port!,
    ...listening,
    setDelay(milliseconds) {
      waitMs = milliseconds
    },
    dispose: () => listening.setRunning(false),
  }
}
