/** The RTSP server: one request a connection, closed after each answer; plain or encrypted as the launch asked. */
import { createServer, type Server, type Socket } from 'node:net'
import { parseAnnounce, type StreamWish } from './announce.ts'
import {
  buildResponse,
  encryptedLength,
  openRtsp,
  parseRequest,
  requestIsComplete,
  sealRtsp,
  type RtspRequest,
} from './message.ts'

/** Sunshine reads requests into this many bytes. */
const maximumRequest = 2048
const requestDeadlineMs = 10_000

/** What a launch left for the coming handshake. */
export interface PendingLaunch {
  key: Buffer
  /** Begins the start values of sound that is encrypted. */
  keyId: number
  encryptedRtsp: boolean
  pingPayload: string
  connectData: number
  /** Bits 1 control, 2 video, 4 audio. */
  encryptionSupported: number
  encryptionRequested: number
}

export interface RtspHandlers {
  pending(): PendingLaunch | null
  ports(): { video: number; control: number; audio: number }
  fecPercentage: number
  /** PLAY: the stream begins. */
  play(wish: StreamWish): void
}

const opus = ['21101', '21101', '642012453', '660012345', '85301245367', '88001234567']

/** Starts the server on `port`; the returned function closes it with all its connections. */
export async function startRtspServer(
  options: { address: string; port: number },
  handlers: RtspHandlers,
): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  let wish: StreamWish | null = null
  let sequence = 0
  let launch: PendingLaunch | null = null

  const answer = (request: RtspRequest, pending: PendingLaunch): Buffer => {
    const sequenceHeader: [string, string] = ['CSeq', request.headers.get('cseq') ?? '0']
    const session: [string, string] = ['Session', 'DEADBEEFCAFE;timeout = 90']
    switch (request.method) {
      case 'OPTIONS':
        return buildResponse('200 OK', [sequenceHeader])
      case 'DESCRIBE': {
        const lines = [
          'a=x-ss-general.featureFlags:0',
          `a=x-ss-general.encryptionSupported:${pending.encryptionSupported}`,
          `a=x-ss-general.encryptionRequested:${pending.encryptionRequested}`,
          ...opus.map((parameters) => `a=fmtp:97 surround-params=${parameters}`),
        ]
        // Sunshine ends these lines with a line feed alone.
        return buildResponse('200 OK', [sequenceHeader], `${lines.join('\n')}\n`)
      }
      case 'SETUP': {
        const kind = /streamid=(audio|video|control)\//.exec(request.target)?.[1] as
          'audio' | 'video' | 'control' | undefined
        if (!kind) return buildResponse('404 NOT FOUND', [sequenceHeader])
        const extra: [string, string | number] =
          kind === 'control'
            ? ['X-SS-Connect-Data', pending.connectData]
            : ['X-SS-Ping-Payload', pending.pingPayload]
        return buildResponse('200 OK', [
          sequenceHeader,
          session,
          ['Transport', `server_port=${handlers.ports()[kind]}`],
          extra,
        ])
      }
      case 'ANNOUNCE':
        wish = parseAnnounce(request.body, handlers.fecPercentage)
        return wish?.format === 0
          ? buildResponse('200 OK', [sequenceHeader])
          : buildResponse('400 BAD REQUEST', [sequenceHeader])
      case 'PLAY':
        if (!wish) return buildResponse('455 METHOD NOT VALID IN THIS STATE', [sequenceHeader])
        handlers.play(wish)
        wish = null
        return buildResponse('200 OK', [sequenceHeader])
      default:
        return buildResponse('404 NOT FOUND', [sequenceHeader])
    }
  }

  const handle = (bytes: Buffer): Buffer | null => {
    const pending = handlers.pending()
    if (!pending) return null
    if (launch !== pending) {
      launch = pending
      sequence = 0
      wish = null
    }
    const text = pending.encryptedRtsp ? openRtsp(pending.key, bytes, 'C')?.text : bytes.toString('latin1')
    const request = text === undefined ? null : parseRequest(text)
    if (!request) return pending.encryptedRtsp ? null : buildResponse('400 BAD REQUEST', [['CSeq', 0]])
    const response = answer(request, pending)
    return pending.encryptedRtsp ? sealRtsp(pending.key, response, ++sequence, 'H') : response
  }

  const server: Server = createServer((socket) => {
    sockets.add(socket)
    let received = Buffer.alloc(0)
    // From the connection on, so that no client keeps it by sending a byte now and then.
    const deadline = setTimeout(() => socket.destroy(), requestDeadlineMs)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(deadline)
      sockets.delete(socket)
    })
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length > maximumRequest + 24) return socket.destroy()
      const length = handlers.pending()?.encryptedRtsp ? encryptedLength(received) : null
      if (length === -1) return socket.destroy()
      const complete = handlers.pending()?.encryptedRtsp
        ? length !== null && received.length >= length
        : requestIsComplete(received)
      if (!complete) return
      socket.removeAllListeners('data')
      const response = handle(received)
      if (response) socket.end(response)
      else socket.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.address, resolve)
  })
  return async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}
