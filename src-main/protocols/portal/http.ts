/** HTTP to the portal: verified TLS, deadlines, bounded bodies; HTML error pages are answers too. */
import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { buildConnector, Dispatcher } from 'undici'
import type { z } from 'zod'
import type { Platform } from '../../ports/platform.ts'
import { bounded, excerpt, longest } from '../../shared/bounds.ts'
import { fail, VizlinkError, type EvidenceItem } from '../../shared/errors.ts'
import { asText } from '../../shared/texts/index.ts'
import { isPage, readBody } from '../answer-body.ts'
import { parseLenientJson } from '../lenient-json.ts'
import { openThroughProxy } from '../proxy-tunnel.ts'
import { openTcp, type Endpoint } from '../tcp.ts'
import { changedCertificate, translate, withIssuer } from './http-failures.ts'
import { shownText } from './lenient.ts'
import { portOf, proxyFor, proxyOfScript, type Environment } from './proxy.ts'
import { serviceOf } from './service-bases.ts'
import { isBrokenOff, withReason } from './tls-broken-off.ts'
import {
  authorityTls,
  pinnedTls,
  readShownCertificate,
  type PinnedCertificate,
  type ShownCertificate,
} from './trust.ts'

export interface PortalAnswer {
  /** The whole path that was asked for, without query: two services name some of theirs alike. */
  path: string
  status: number
  /** Parsed body where it was JSON (also with NaN, as Python writes it: null), else null. */
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
/** Of a service's own words in a sentence. */
const mostWords = 200

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

/**
 * What an answer looked like, for evidence: never the request, which may carry a token.
 * @param path as the service knows it; the web server's route to it comes before
 */
export function answerEvidence(path: string, answer: PortalAnswer): EvidenceItem[] {
  return [
    { label: 'request', value: answer.path.includes(path) ? answer.path : path },
    { label: 'status', value: String(answer.status) },
    { label: 'answer', value: excerpt(answer.text) },
  ]
}

export interface PortalHttpOptions {
  /** The certificate that the user confirmed for its origin. */
  pinned?: PinnedCertificate | null
  /** Proxy of the profile; null: that of the environment, else of the system. */
  proxy?: string | null
  environment?: Environment
  systemProxy?: Platform['systemProxy']
  /** How many connections to each origin may be open at once. */
  connections?: number
}

/** Whether an origin shows the certificate that the user confirmed for it. */
export type PinVerdict = 'none' | 'matches' | 'differs'

/** What readers of the portal's answers take of its client: requests alone. */
export type PortalSender = Pick<PortalHttp, 'send'>

/** What a sign-in takes of it. */
export type SignInHttp = Pick<PortalHttp, 'send' | 'shownCertificate' | 'dispatcherOf' | 'close'>

const connectTimeoutMs = 8000
/** After an answer that did not come in time. */
const lookTimeoutMs = 2000
/** As undici does it. */
const keepAliveMs = 60_000

/** Loaded at the first request: it is large, and the window comes first. */
const undici = () => import('undici')

export class PortalHttp {
  private readonly ca: string | null
  private readonly way: PortalHttpOptions
  /** By origin: each has its own trust and its own way. */
  private readonly dispatchers = new Map<string, Dispatcher>()
  private closed = false
  /** Those that end with this one. */
  private readonly others = new Set<PortalHttp>()

  /** @param ca certificate authority of the site (PEM), trusted beside those of Node.js and of the system */
  constructor(ca: string | null, way: PortalHttpOptions = {}) {
    this.ca = ca
    this.way = way
  }

  /**
   * One request. Any HTTP status is an answer; redirections are not followed: they would carry the token elsewhere.
   * @throws VizlinkError portal-unreachable, untrusted-certificate, portal-error (body too large)
   */
  async send(url: string, options: PortalRequest = {}): Promise<PortalAnswer> {
    const started = performance.now()
    const path = new URL(url).pathname
    const json = options.body === undefined ? {} : { 'content-type': 'application/json' }
    const { request } = await undici()
    try {
      const response = await request(url, {
        dispatcher: await this.dispatcherOf(new URL(url)),
        method: options.method ?? 'GET',
        headers: { accept: 'application/json', ...json, ...options.headers },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        signal: AbortSignal.timeout(options.deadlineMs ?? defaultDeadlineMs),
      })
      const text = await readBody(response.body, response.headers, maximumBody)
      if (text === null) {
        throw fail('portal-error', 'too-large', { evidence: [{ label: 'request', value: path }] })
      }
      const date = Date.parse(String(response.headers.date ?? ''))
      return {
        path,
        status: response.statusCode,
        json: parseLenientJson(text) ?? null,
        // Cut before tokens are looked for: a body may have a megabyte. A token that is cut is still one.
        text: withoutTokens(text.slice(0, keptText * 2), options.headers?.authorization).slice(0, keptText),
        location: placeOf(response.headers.location, url),
        serverTime: Number.isNaN(date) ? null : date,
        ms: performance.now() - started,
      }
    } catch (error) {
      throw await this.explain(error, new URL(url))
    }
  }

  /**
   * A connection to an origin by the way of requests, on which nothing was sent yet. The caller destroys it.
   * @throws VizlinkError portal-unreachable
   */
  async openConnection(url: URL): Promise<Socket> {
    try {
      return await this.connectionTo(url)
    } catch (error) {
      throw await this.explain(error, url)
    }
  }

  /** The certificate that an https origin shows, looked at without trusting it. */
  async shownCertificate(url: URL): Promise<ShownCertificate & { pin: PinVerdict }> {
    const socket = await this.openConnection(url)
    try {
      const shown = await readShownCertificate(socket, url.hostname, this.ca, connectTimeoutMs)
      return { ...shown, pin: this.pinVerdict(url, shown.certificate) }
    } finally {
      socket.destroy()
    }
  }

  /** For libraries that speak HTTP themselves: the same trust and the same way. */
  async dispatcherOf(url: URL): Promise<Dispatcher> {
    const known = this.dispatchers.get(url.origin)
    if (known && !this.closed) return known
    const [{ Agent, buildConnector, errors, ProxyAgent }, proxy] = await Promise.all([
      undici(),
      this.proxyOf(url),
    ])
    if (this.closed) throw new errors.ClientDestroyedError()
    // Another request may have made it meanwhile.
    const meanwhile = this.dispatchers.get(url.origin)
    if (meanwhile) return meanwhile
    const { pinned } = this.way
    const tls =
      url.protocol !== 'https:'
        ? {}
        : pinned?.origin === url.origin
          ? // A resumed session would not show the certificate again.
            { ...pinnedTls(pinned), maxCachedSessions: 0 }
          : authorityTls(this.ca)
    const connect = { timeout: connectTimeoutMs, ...tls }
    const { connections = 8 } = this.way
    // A WebSocket needs HTTP/1.1 where the server does not take it over HTTP/2.
    const pool = { connections, pipelining: 1, allowH2: false, webSocket: { maxPayloadSize: maximumBody } }
    // A proxy is asked for pages of plain http one by one: many tunnel to ports of TLS alone.
    const made =
      url.protocol === 'http:' && proxy?.protocol.startsWith('http')
        ? new ProxyAgent({ ...pool, uri: proxy.href, proxyTls: this.proxyTls() })
        : new Agent({
            ...pool,
            connect: connectorOver(buildConnector({ ...connect, allowH2: false }), proxy),
          })
    this.dispatchers.set(url.origin, made)
    return made
  }

  /**
   * The same trust and the same way over a single connection to each origin, kept from one request to the next. The caller
   * closes it; it ends with this one at the latest.
   */
  overOneConnection(): PortalHttp {
    const other = new PortalHttp(this.ca, { ...this.way, connections: 1 })
    other.closed = this.closed
    this.others.add(other)
    return other
  }

  /** Ends what is under way; nothing can be sent after it. */
  async close(): Promise<void> {
    this.closed = true
    const standing = [...this.dispatchers.values()]
    this.dispatchers.clear()
    await Promise.all([
      ...standing.map((dispatcher) => dispatcher.destroy()),
      ...[...this.others].map((other) => other.close()),
    ])
  }

  private async proxyOf(url: URL): Promise<URL | null> {
    const { proxy, environment = process.env, systemProxy } = this.way
    const named = proxyFor(url, proxy ?? null, environment)
    if (named === 'direct') return null
    return named ?? (systemProxy ? proxyOfScript(await systemProxy(url.href)) : null)
  }

  private async connectionTo(url: URL, ms = connectTimeoutMs): Promise<Socket> {
    return connectTo({ host: url.hostname, port: portOf(url) }, await this.proxyOf(url), ms)
  }

  /** Whether the network leads there: then an answer that does not come is the portal's to explain. */
  private takesConnections(url: URL): Promise<boolean> {
    return this.connectionTo(url, lookTimeoutMs).then(
      (socket) => {
        socket.destroy()
        return true
      },
      () => false,
    )
  }

  private pinVerdict(url: URL, { fingerprint256 }: X509Certificate): PinVerdict {
    const { pinned } = this.way
    if (pinned?.origin !== url.origin) return 'none'
    return pinned.fingerprint === fingerprint256 ? 'matches' : 'differs'
  }

  private proxyTls(): object {
    // Each address gets this time, one after the other.
    const autoSelectFamilyAttemptTimeout = connectTimeoutMs / 2
    return { timeout: connectTimeoutMs, autoSelectFamilyAttemptTimeout, ...authorityTls(null) }
  }

  private async explain(error: unknown, url: URL): Promise<Error> {
    if (error instanceof VizlinkError) return error
    const proxy = await this.proxyOf(url).catch(() => null)
    const brokenOff = url.protocol === 'https:' && isBrokenOff(error)
    const reason = brokenOff ? await withReason(error, () => this.connectionTo(url)) : error
    const failure = translate(reason, url, proxy, this.way.systemProxy === null)
    if (failure.failure.reason === 'no-answer' && (await this.takesConnections(url)))
      return fail('portal-unreachable', 'hangs', { evidence: failure.failure.evidence })
    if (failure.kind !== 'untrusted-certificate') return failure
    const pinned = this.way.pinned?.origin === url.origin ? this.way.pinned : null
    if (pinned === null && failure.failure.reason !== 'not-trusted') return failure
    const shown = await this.shownCertificate(url).catch(() => null)
    return pinned ? changedCertificate(pinned, shown?.certificate ?? null) : withIssuer(failure, shown)
  }
}

/** A TCP connection, directly or through a proxy, within the time for one. */
function connectTo(endpoint: Endpoint, proxy: URL | null, ms = connectTimeoutMs): Promise<Socket> {
  const given = new AbortController()
  const late = Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })
  const timer = setTimeout(() => given.abort(late), ms)
  const opening =
    proxy === null ? openTcp(endpoint, given.signal) : openThroughProxy(proxy, endpoint, given.signal)
  return opening.finally(() => clearTimeout(timer))
}

/** undici's connector gives an address 250 ms where there are several; ours opens the connection, and its own does TLS. */
const connectorOver =
  (secure: buildConnector.connector, proxy: URL | null): buildConnector.connector =>
  (options, callback) => {
    const { hostname, port, protocol } = options
    const isTls = protocol === 'https:'
    connectTo({ host: hostname, port: Number(port) || (isTls ? 443 : 80) }, proxy).then(
      (socket) => {
        if (isTls) secure({ ...options, httpSocket: socket }, callback)
        else callback(null, socket.setKeepAlive(true, keepAliveMs))
      },
      (error: Error) => callback(error, null),
    )
  }

function placeOf(location: unknown, from: string): string | null {
  if (typeof location !== 'string' || !URL.canParse(location, from)) return null
  const { origin, pathname } = new URL(location, from)
  return bounded(`${origin}${pathname}`, longest.line)
}

/** Redis names the slot and the server that has the key; some versions of redis-py leave the first word out. */
const moved = /(MOVED |^)\d{1,5} [\w.[\]:-]{1,253}:\d{1,5}$/

/** Whether a service passes on how a Redis cluster answers a client that knows of no cluster. */
function redisIsCluster({ status, json }: PortalAnswer): boolean {
  if (status < 500 || typeof json !== 'object' || json === null) return false
  const { error, message } = json as { error?: unknown; message?: unknown }
  return [error, message].some((text) => typeof text === 'string' && text.length < 500 && moved.test(text))
}

/** What a service says itself about an error; from the text, which is without tokens. */
function errorWords({ text }: PortalAnswer): string {
  const json = parseLenientJson(text)
  if (typeof json !== 'object' || json === null) return ''
  const { error, message } = json as { error?: unknown; message?: unknown }
  return shownText(typeof error === 'string' ? error : message, mostWords)
}

/** Statuses by which a web server, a proxy or a network asks for a sign-in of its own, or keeps somebody out. */
const inFront = [401, 403, 407, 511]
const tooMany = 429

/** Whether the request was refused before it reached a service of the portal: those give their reasons as JSON. */
export const isRefusedInFront = ({ status, json }: Pick<PortalAnswer, 'status' | 'json'>): boolean =>
  json === null && inFront.includes(status)

/** An answer that is not what the contract says. */
export function unexpected(path: string, answer: PortalAnswer): VizlinkError {
  const evidence = answerEvidence(path, answer)
  if (answer.location !== null && answer.status >= 300 && answer.status < 400) {
    return fail('portal-error', 'leads-elsewhere', {
      evidence: [...evidence, { label: 'leads-to', value: answer.location }],
      retryable: false,
    })
  }
  if (redisIsCluster(answer)) {
    return fail('portal-error', 'portal-redis-cluster', {
      evidence,
      retryable: false,
    })
  }
  const { status } = answer
  if (status >= 200 && status < 300)
    return fail('portal-error', isPage(answer.text) ? 'web-page' : 'unreadable', { evidence })
  if (isRefusedInFront(answer))
    return fail('portal-error', 'refused-in-front', { facts: { status }, evidence, retryable: false })
  if (status !== tooMany && (status < 502 || status > 504)) {
    const words = errorWords(answer)
    return words === ''
      ? fail('portal-error', 'answered-with-error', { evidence })
      : fail('portal-error', 'answered-with-words', { facts: { words }, evidence })
  }
  const service = asText(`panels.services.names.${serviceOf(path)}`)
  return fail('portal-error', 'service-down', { facts: { service }, evidence })
}

/**
 * What an answer says, read by the shape that the contract gives it.
 * @param status the one that goes with the shape
 * @throws VizlinkError portal-error: it is another answer
 */
export function readAnswer<T>(path: string, answer: PortalAnswer, shape: z.ZodType<T>, status = 200): T {
  const parsed = shape.safeParse(answer.json)
  if (answer.status !== status || !parsed.success) throw unexpected(path, answer)
  return parsed.data
}
