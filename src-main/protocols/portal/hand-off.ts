/**
 * The end of a sign-in in the browser: the portal sends it to a fixed address on this computer with the token in its query.
 * Anybody on this computer can send something there, so: this user's own browser alone, where the system reports whose a connection
 * is; both loopback addresses or none; one request, checked in form; what arrives is worth nothing before the portal has
 * verified it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fail } from '../../shared/errors.ts'
import { asText, chooseLanguage, translate } from '../../shared/texts/index.ts'
import { createLoopbackServer, type LoopbackServer } from '../loopback-server.ts'

/** The portal has host, port and path built in: `http://localhost:4431/auth/callback?token=...`. */
export const portalHandOffPort = 4431
const portalPath = '/auth/callback'
const donePath = '/signed-in'
const maximumHeaderBytes = 16 * 1024
const requestTimeoutMs = 5000
/** A browser opens a few connections; each has one request or two. */
const bounds = { maximum: 16, maximumUnknown: 8, unprovedMs: 2 * requestTimeoutMs }
/** How long the browser has to fetch its last page. */
const lastPageMs = 3000

/** The last page, in the language that the browser asks for: only the app knows the user's choice. */
function pageFor(acceptLanguage = ''): string {
  const asked = acceptLanguage.split(',').map((one) => one.split(';')[0]?.trim() ?? '')
  const language = chooseLanguage('system', asked)
  return `<!doctype html>
<html lang="${language}"><meta charset="utf-8"><title>Vizlink</title>
<p>${translate(asText('questions.handedOver'), language)}</p></html>
`
}

/** What every answer carries: nothing of it is kept, and no other site learns the address. */
const headers = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

export interface HandOffOptions {
  /** 0: one that is free. */
  port: number
  path?: string
  /** Whether IPv6 is listened on too. */
  bothFamilies?: boolean
  /** Whether a query is of the right form; others are refused and do not count. */
  accepts(query: URLSearchParams): boolean
}

export interface HandOff {
  readonly port: number
  /** The query of the one request that was accepted; never settles without one. */
  readonly arrived: Promise<URLSearchParams>
  /** Nothing is accepted any more. Settles when the port is free, after the browser's last page where one is due. */
  close(): Promise<void>
}

/** Opens the address. @throws VizlinkError `bad-request`: the port is taken by another program */
export async function openHandOff(options: HandOffOptions): Promise<HandOff> {
  const { path = portalPath, bothFamilies = true } = options
  const arrived = Promise.withResolvers<URLSearchParams>()
  const lastPage = Promise.withResolvers<void>()
  let state: 'waiting' | 'accepted' | 'closed' = 'waiting'
  let port = options.port

  function judge(request: IncomingMessage): { status: number; query?: URLSearchParams } {
    const hosts = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`)
    // Another name that resolves to this computer is a page that plays tricks.
    if (!hosts.includes(request.headers.host?.toLowerCase() ?? '')) return { status: 421 }
    const target = request.url ?? ''
    if (!/^\/(?!\/)/.test(target) || !URL.canParse(target, 'http://localhost')) return { status: 400 }
    const { pathname, searchParams } = new URL(target, 'http://localhost')
    if (pathname === donePath && state === 'accepted') return { status: request.method === 'GET' ? 200 : 405 }
    if (pathname !== path) return { status: 404 }
    if (request.method !== 'GET') return { status: 405 }
    if (state !== 'waiting') return { status: 410 }
    // A page's picture or script is no person's browser arriving.
    const destination = request.headers['sec-fetch-dest']
    if (destination !== undefined && destination !== 'document') return { status: 403 }
    return options.accepts(searchParams) ? { status: 303, query: searchParams } : { status: 400 }
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { status, query } = judge(request)
    request.resume()
    if (query) {
      state = 'accepted'
      // The address that stays in the browser's history carries no token.
      response.writeHead(303, { ...headers, location: donePath, 'content-length': 0 }).end()
      // After what has come meanwhile was read: a process that was held up would cut its own last page off.
      setTimeout(() => setImmediate(lastPage.resolve), lastPageMs).unref()
      arrived.resolve(query)
      return
    }
    const body = status === 200 ? pageFor(request.headers['accept-language']) : ''
    const type = { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(body) }
    response.writeHead(status, { ...headers, ...type, connection: 'close' }).end(body, () => {
      if (status === 200) lastPage.resolve()
    })
  }

  const http = createServer(
    {
      maxHeaderSize: maximumHeaderBytes,
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1000,
    },
    handle,
  )
  // Connections are brought to it; from here on it looks for requests that take too long.
  http.emit('listening')
  const servers: LoopbackServer[] = []
  const stop = async (): Promise<void> => {
    http.close()
    await Promise.all(servers.splice(0).map((server) => server.close()))
  }
  const listen = async (host: string): Promise<void> => {
    const guarded = createLoopbackServer(bounds, (socket) => void http.emit('connection', socket))
    const { server } = guarded
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true, ipv6Only: host === '::1' }, resolve)
    })
    server.on('error', () => undefined)
    servers.push(guarded)
    port = (server.address() as AddressInfo).port
  }
  try {
    await listen('127.0.0.1')
    if (bothFamilies) {
      await listen('::1').catch((error: unknown) => {
        // A computer without IPv6 has no listener there; a port that is taken has.
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') throw error
      })
    }
  } catch (cause) {
    await stop()
    throw fail('bad-request', 'port-taken', {
      facts: { port },
      evidence: [{ label: 'reason', value: String((cause as NodeJS.ErrnoException).code ?? cause) }],
      cause,
    })
  }
  return {
    port,
    arrived: arrived.promise,
    async close() {
      if (state === 'accepted') await lastPage.promise
      state = 'closed'
      await stop()
    },
  }
}
