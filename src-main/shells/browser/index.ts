/**
 * The browser shell: serves the built page on a loopback address and connects it with the app. Only a browser that was signed in
 * by our local file gets anything; every request is checked for cookie, Host and Origin.
 */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Server as ListeningServer, Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { AppSurface } from '../../ports/app-surface.ts'
import type { Logger } from '../../ports/platform.ts'
import { createLoopbackServer, type LoopbackServer } from '../../protocols/loopback-server.ts'
import { sweepOwnFolders } from '../../protocols/own-folders.ts'
import { maximumCallBytes } from '../../shared/contract.ts'
import { chooseLanguage, translator, type Translator } from '../../shared/texts/index.ts'
import { findPageFile } from '../page-files.ts'
import { fileHeaders, securityHeaders } from '../page-headers.ts'
import { serveContract } from './contract-socket.ts'
import { createSignIn, type SignIn } from './session.ts'

export { findBrowser, launchChromium, noBrowser } from './chromium.ts'

export interface BrowserShellOptions {
  app: AppSurface
  /** The built page, `out/renderer`. */
  rendererFolder: string
  /** 0 or absent: any free port. */
  port?: number
  logger: Logger
  /** For tests: Unix time in ms, by which tokens expire. */
  now?: () => number
}

export interface BrowserShell {
  /** `http://127.X.Y.Z:PORT` */
  origin: string
  /** Path of a new local file; a browser that opens it within 30 s is signed in. */
  openUrlFile(): Promise<string>
  dispose(): Promise<void>
}

/** A browser opens some connections that it does not use yet. */
const bounds = { maximum: 64, maximumUnknown: 16, unprovedMs: 5000 }
const maximumFormBytes = 1024
const maximumPages = 16
const nullOrigin = 'null'

/** In the language that the browser asks for. */
const textsFor = ({ headers }: IncomingMessage): Translator =>
  translator(
    chooseLanguage(
      'system',
      (headers['accept-language'] ?? '').split(',').map((name) => name.trim()),
    ),
  )

/** How long `dispose` waits for the server to report its last connection closed. */
const closeDeadlineMs = 300

/** Starts the server; settles when it listens. */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const { app, logger } = options
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 5000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
  })
  server.maxHeadersCount = 64
  // Connections are brought to it; from here on it looks for requests that take too long.
  server.emit('listening')
  const front = createLoopbackServer(bounds, (socket) => void server.emit('connection', socket))
  await Promise.all([listen(front.server, options.port ?? 0), sweepOwnFolders()])
  const { address, port } = front.server.address() as AddressInfo
  const host = `${address}:${port}`
  const origin = `http://${host}`
  const signIn = createSignIn(port, options.now)
  const pages = new WebSocketServer({
    noServer: true,
    maxPayload: maximumCallBytes,
    perMessageDeflate: false,
  })
  let pageCount = 0

  function refuse(response: ServerResponse, status: number, why: string): void {
    logger.log('warn', 'shell.refused', { status, why })
    response.writeHead(status, { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' })
    response.end(`${textsFor(response.req)(status === 403 ? 'shell.ownWindow' : 'shell.refused')}\n`)
  }

  /** Null when the request may pass, else why not. `originRequired`: browsers always send it with upgrades. */
  function objection(request: IncomingMessage, originRequired: boolean): string | null {
    if (request.headers.host !== host) return 'host'
    const sent = request.headers.origin
    if (sent === undefined ? originRequired : sent !== origin) return 'origin'
    if (!signIn.accepts(request.headers.cookie)) return 'cookie'
    front.prove(request.socket)
    return null
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (path === '/session' && request.method === 'POST') return openSession(request, response)
    const why = objection(request, false)
    if (why !== null) return refuse(response, 403, why)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'method')
    const file = await findPageFile(options.rendererFolder, path)
    if (file === null) return refuse(response, 404, 'no such file')
    response.writeHead(200, { ...fileHeaders(file.contentType, path), 'Content-Length': file.size })
    if (request.method === 'HEAD') return void response.end()
    pipeline(createReadStream(file.path), response, () => undefined)
  }

  /** The one request without a cookie: the local file posts its token, with Origin `null`. */
  async function openSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = request.headers.origin
    if (request.headers.host !== host) return refuse(response, 403, 'host')
    if (sent !== undefined && sent !== nullOrigin && sent !== origin) return refuse(response, 403, 'origin')
    const body = await readForm(request)
    if (body === null) return refuse(response, 413, 'form')
    const value = signIn.redeem(new URLSearchParams(body).get('token') ?? '')
    if (value === null) return refuse(response, 403, 'token')
    // No redirect by status: the browser counts that as coming from the file, and would hold a Strict cookie back.
    response.writeHead(200, {
      ...securityHeaders,
      'Set-Cookie': `${signIn.cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict`,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    response.end(
      '<!doctype html><title>Vizlink</title><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0; url=/">',
    )
  }

  function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const path = request.url ?? ''
    const why = objection(request, true)
    if (why !== null) return refuseUpgrade(socket, 403, why)
    if (path === '/contract') {
      if (pages.clients.size >= maximumPages) return refuseUpgrade(socket, 503, 'too many pages')
      pages.handleUpgrade(request, socket, head, (page) =>
        serveContract(page, `page-${++pageCount}`, app, logger),
      )
      return
    }
    const portId = /^\/stream\/([A-Za-z0-9_-]{1,128})$/.exec(path)?.[1]
    if (portId === undefined || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return refuseUpgrade(socket, 404, 'no such socket')
    }
    if (!app.attachStreamSocket(portId, { headers: upgradeHeaders(request), head }, socket)) {
      refuseUpgrade(socket, 404, 'no such port')
    } else front.release(socket)
  }

  function refuseUpgrade(socket: Socket, status: number, why: string): void {
    logger.log('warn', 'shell.upgrade-refused', { status, why })
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
      socket.destroy(),
    )
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      logger.log('error', 'shell.request-failed', { error })
      if (!response.headersSent) refuse(response, 500, 'internal')
      else response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => upgrade(request, socket as Socket, head))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return void socket.destroy()
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })
  logger.log('info', 'shell.listening', { origin })
  let disposing: Promise<void> | null = null
  return {
    origin,
    openUrlFile: () => signIn.makeFile(origin),
    dispose: () => (disposing ??= shutDown(front, server, pages, signIn)),
  }
}

/**
 * Cookies belong to an address, not to a port: what other servers on 127.0.0.1 would get with them, an address of our own
 * keeps from them. Linux alone gives every program the whole of 127.0.0.0/8.
 */
async function listen(server: ListeningServer, port: number): Promise<void> {
  if (process.platform === 'linux') {
    try {
      return await listenAt(server, port, `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error
    }
  }
  await listenAt(server, port, '127.0.0.1')
}

async function listenAt(server: ListeningServer, port: number, address: string): Promise<void> {
  server.listen(port, address)
  await once(server, 'listening')
}

async function shutDown(
  front: LoopbackServer,
  server: Server,
  pages: WebSocketServer,
  signIn: SignIn,
): Promise<void> {
  for (const page of pages.clients) page.terminate()
  pages.close()
  // Listening ends at once; word of that may never come, because Node.js waits for sockets that were handed to a stream
  // process, and that process may be gone already.
  const late = new Promise<void>((resolve) => setTimeout(resolve, closeDeadlineMs))
  server.close()
  await Promise.all([Promise.race([front.close(), late]), signIn.dispose()])
}

/** The text of a small form, or null if it is larger, of another type or cut off. */
async function readForm(request: IncomingMessage): Promise<string | null> {
  if (request.headers['content-type']?.split(';', 1)[0] !== 'application/x-www-form-urlencoded') return null
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.byteLength
      if (size > maximumFormBytes) return null
      parts.push(part)
    }
  } catch {
    return null
  }
  return Buffer.concat(parts).toString('latin1')
}

/** What the stream process needs to finish the upgrade; the cookie is not among it. */
function upgradeHeaders(request: IncomingMessage): Record<string, string> {
  const names = ['upgrade', 'connection', 'sec-websocket-key', 'sec-websocket-version'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}
