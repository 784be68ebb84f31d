/** nvhttp: /serverinfo, /pair, /applist, /launch, /resume, /cancel in the shapes of Sunshine 0.23. */
import { X509Certificate } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
  type Server,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { HostCertificate } from './certificate.ts'
import type { Pairing } from './pairing.ts'
import type { HostState } from './state.ts'
import { refusal, success, xmlAnswer, type XmlNode } from './xml.ts'

export interface LaunchRequest {
  key: Buffer
  keyId: number
  encryptedRtsp: boolean
}

/** What launching depends on; each answer is null for success or [code, text]. */
export interface SessionControl {
  running(): boolean
  launch(request: LaunchRequest): [number, string] | null
  resume(request: LaunchRequest): [number, string] | null
  cancel(): [number, string] | null
  /** Another rate for the stream that runs, kbit/s; absent: the host has no such request, as Sunshine itself. */
  bitrate?: (kbps: number) => [number, string] | null
}

export interface NvhttpOptions {
  address: string
  httpPort: number
  httpsPort: number
  rtspPort: number
  name: string
  certificate: HostCertificate
  state: HostState
  pairing: Pairing
  control: SessionControl
}

const appId = 958645192

/** Sunshine's HTTP server writes no header but the length, and closes. */
function send(response: ServerResponse, body: string): void {
  response.sendDate = false
  response.shouldKeepAlive = false
  response.removeHeader('Connection')
  response.writeHead(200, { 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

/** The real host answers an unknown path twice, the second time after the bytes that it announced. */
function sendNotFound(response: ServerResponse): void {
  const body = xmlAnswer([['status_code', 404]], [])
  const { socket } = response
  send(response, body)
  socket?.write(`HTTP/1.1 404 NOT FOUND\r\n${body}`)
}

function launchParameters(query: URLSearchParams, withApp: boolean): LaunchRequest | null {
  const key = query.get('rikey') ?? ''
  const keyId = query.get('rikeyid') ?? ''
  if (!/^[0-9a-f]{32}$/i.test(key) || !/^-?\d{1,10}$/.test(keyId)) return null
  if (withApp && (!query.has('appid') || !query.has('localAudioPlayMode'))) return null
  return {
    key: Buffer.from(key, 'hex'),
    keyId: Number(keyId),
    encryptedRtsp: Number(query.get('corever') ?? 0) >= 1,
  }
}

/** Starts both servers; the returned function closes them with all their connections. */
export async function startNvhttp(options: NvhttpOptions): Promise<() => Promise<void>> {
  const { state, control, pairing } = options
  const scheme = (encrypted: boolean): string => (encrypted ? 'rtspenc' : 'rtsp')

  const serverInfo = (secure: boolean, query: URLSearchParams, address: string): string => {
    const running = control.running()
    const nodes: XmlNode[] = [
      ['hostname', options.name],
      ['appversion', '7.1.431.-1'],
      ['GfeVersion', '3.23.0.74'],
      ['uniqueid', state.uniqueId],
      ['HttpsPort', options.httpsPort],
      ['ExternalPort', options.httpPort],
      ['MaxLumaPixelsHEVC', 0],
      ['mac', '00:00:00:00:00:00'],
      ['LocalIP', address],
      ['ServerCodecModeSupport', 1],
      [
        'SupportedDisplayMode',
        [
          [
            'DisplayMode',
            [
              ['Width', 1920],
              ['Height', 1080],
              ['RefreshRate', 60],
            ],
          ],
        ],
      ],
      ['PairStatus', secure && state.hasClient(query.get('uniqueid') ?? '') ? 1 : 0],
      ['currentgame', running ? appId : 0],
      ['state', running ? 'SUNSHINE_SERVER_BUSY' : 'SUNSHINE_SERVER_FREE'],
    ]
    return success(nodes)
  }

  const start = (query: URLSearchParams, kind: 'launch' | 'resume', address: string): string => {
    // Whatever was asked, the element depends on how far the real host got.
    const failed = (code: number, text: string): string =>
      refusal(code, text, [[code === 403 || code === 404 ? 'gamesession' : 'resume', 0]])
    const request = launchParameters(query, kind === 'launch')
    if (!request) return failed(400, `Missing a required ${kind} parameter`)
    if (kind === 'launch' && Number(query.get('appid')) !== appId)
      return failed(404, 'Failed to start the specified application')
    const problem = control[kind](request)
    if (problem) return failed(...problem)
    const url = `${scheme(request.encryptedRtsp)}://${address}:${options.rtspPort}`
    return success([
      ['sessionUrl0', url],
      [kind === 'launch' ? 'gamesession' : 'resume', 1],
    ])
  }

  /** As Foundation Sunshine (src/nvhttp/dynamic_params.cpp, change_bitrate) answers it. */
  const bitrate = (query: URLSearchParams, change: (kbps: number) => [number, string] | null): string => {
    const failed = (code: number, text: string): string => refusal(code, text, [['bitrate', 0]])
    const [kbps, name] = [query.get('bitrate'), query.get('clientname')]
    if (kbps === null) return failed(400, 'Missing bitrate parameter')
    if (name === null) return failed(400, 'Missing clientname parameter')
    if (!/^[1-9]\d{0,5}$/.test(kbps) || Number(kbps) > 800_000)
      return failed(400, 'Invalid bitrate parameter')
    const problem = change(Number(kbps))
    if (problem) return failed(...problem)
    return xmlAnswer(
      [
        ['status_code', 200],
        ['bitrate', kbps],
        ['clientname', name],
        ['status_message', 'Bitrate change request sent to client session'],
      ],
      [['bitrate', 1]],
    )
  }

  const isPaired = (socket: TLSSocket): boolean => {
    const presented = socket.getPeerCertificate().raw
    return (
      presented !== undefined &&
      state.certificates.some((pem) => new X509Certificate(pem).raw.equals(presented))
    )
  }

  const handle = async (
    request: IncomingMessage,
    response: ServerResponse,
    secure: boolean,
  ): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://host')
    const query = url.searchParams
    const address = request.socket.localAddress ?? options.address
    if (secure && !isPaired(request.socket as TLSSocket)) {
      const text = 'The client is not authorized. Certificate verification failed.'
      return send(
        response,
        xmlAnswer(
          [
            ['status_code', 401],
            ['query', ''],
            ['status_message', text],
          ],
          [],
        ),
      )
    }
    switch (url.pathname) {
      case '/serverinfo':
        return send(response, serverInfo(secure, query, address))
      case '/pair':
        return send(response, await pairing.request(query))
      case '/applist':
        if (!secure) break
        return send(
          response,
          success([
            [
              'App',
              [
                ['IsHdrSupported', 0],
                ['AppTitle', 'Desktop'],
                ['ID', appId],
              ],
            ],
          ]),
        )
      case '/launch':
      case '/resume':
        if (!secure) break
        return send(response, start(query, url.pathname === '/launch' ? 'launch' : 'resume', address))
      case '/bitrate':
        if (!secure || !control.bitrate) break
        return send(response, bitrate(query, control.bitrate))
      case '/cancel': {
        if (!secure) break
        const problem = control.cancel()
        return send(
          response,
          problem ? refusal(problem[0], problem[1], [['resume', 0]]) : success([['cancel', 1]]),
        )
      }
      default:
    }
    sendNotFound(response)
  }

  const listener = (secure: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => undefined)
    handle(request, response, secure).catch(() => response.destroy())
  }
  const limits = { maxHeaderSize: 32 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 }
  const plain = createHttpServer(limits, listener(false))
  const tls = createHttpsServer(
    {
      ...limits,
      key: options.certificate.keyPem,
      cert: options.certificate.certificatePem,
      // Any certificate passes the handshake; the list of paired clients decides afterwards, as in Sunshine.
      requestCert: true,
      rejectUnauthorized: false,
    },
    listener(true),
  )
  tls.on('secureConnection', (socket) => {
    if (!socket.getPeerCertificate().raw) socket.destroy()
  })
  const listen = (server: Server | typeof tls, port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, options.address, resolve)
    })
  await Promise.all([listen(plain, options.httpPort), listen(tls, options.httpsPort)])
  return async () => {
    for (const server of [plain, tls]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
