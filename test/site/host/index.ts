/** The demo site's GameStream host: everything a Moonlight client needs of Sunshine, on one desktop, one client at a time. */
import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Desktop } from '../desktop/index.ts'
import { startInjector } from '../desktop/injector.ts'
import { sendSound } from './audio/sound-sender.ts'
import type { CaptureStart, FromCapture } from './capture/messages.ts'
import { openControl, sealControl } from './control/cipher.ts'
import { parseInput, type InputEvent } from './control/input.ts'
import { startEnetHost } from './enet/host.ts'
import { createHostCertificate, type HostCertificate } from './http/certificate.ts'
import { startConfigApi } from './http/config-api.ts'
import { startNvhttp, type LaunchRequest, type SessionControl } from './http/nvhttp.ts'
import { createPairing } from './http/pairing.ts'
import { HostState } from './http/state.ts'
import { bindMediaSocket } from './media-socket.ts'
import { encoderKbps, type StreamWish } from './rtsp/announce.ts'
import { startRtspServer, type PendingLaunch } from './rtsp/server.ts'
import { Packetizer } from './video/packetizer.ts'

export interface HostOptions {
  /** Base port; -5, 0, +1, +21 TCP and +9, +10, +11 UDP must be free. */
  basePort: number
  address?: string
  desktop: Desktop
  /** Frames per second at most. */
  fps: number
  /** Whether the picture carries the strip that tests read. */
  strip: boolean
  /** File for the record of what was encoded (capture/record.ts); absent: none is kept. */
  record?: string
  name?: string
  /** State file; without one everything stays in memory. */
  stateFile?: string
  certificate?: HostCertificate
  fecPercentage?: number
  /** 0 never, 1 when the client asks, 2 always (as `lan_encryption_mode`). */
  encryptionMode?: 0 | 1 | 2
  /** False: no encoder works, as Sunshine finds out when it is asked for a stream. */
  encoder?: boolean
  /** Streams at once, as Sunshine counts them before it refuses one; this host shows the latest alone. Absent: 1. */
  channels?: number
  /** It takes another rate while it streams (`/bitrate` of Foundation Sunshine). Absent: only a client that resumes gets one. */
  liveBitrate?: boolean
  log?: (line: string) => void
}

export interface HostStatistics {
  framesSent: number
  keyFrames: number
  inputs: number
  /** Malformed or unknown messages on the control stream. */
  refused: number
  fecReports: number
  /** What each stream was asked for, in order. */
  wishes: Pick<StreamWish, 'width' | 'height' | 'fps' | 'bitrateKbps'>[]
  /** Rates that were changed while a stream ran, kbit/s as they were asked for. */
  liveBitrates: number[]
}

export interface Host {
  readonly ports: {
    https: number
    http: number
    web: number
    video: number
    control: number
    audio: number
    rtsp: number
  }
  readonly certificate: HostCertificate
  readonly statistics: HostStatistics
  /** Datagrams for which this returns true are not sent (tests of parity). */
  dropVideo(decide: ((datagram: Buffer) => boolean) | null): void
  /** As one that starts again with its certificate, and without its state file: it knows no user and no client. */
  loseState(): void
  /** Says goodbye to a client and closes everything; the desktop stays. May be called again. */
  dispose(): Promise<void>
}

/** Sunshine drops a client after this long without a word. */
const silenceMs = 5000
/** A launch without a connection is forgotten after this long. */
const pendingMs = 10_000

interface Stream {
  key: Buffer
  controlSequence: number
  capture: Worker | null
  endSound: () => void
}

const messageType = {
  startA: 0x0305,
  keyFrame: 0x0302,
  invalidate: 0x0301,
  ping: 0x0200,
  input: 0x0206,
  fecStatus: 0x5502,
}
const hostMessage = { termination: 0x0109, hdrMode: 0x010e }
const endedNormally = 0x80030023
/** Sunshine's words where its probe of encoders fails, whatever was missing. */
const noEncoder: [number, string] = [
  503,
  'Failed to initialize video capture/encoding. Is a display connected and turned on?',
]

export async function startHost(options: HostOptions): Promise<Host> {
  const {
    basePort,
    desktop,
    address = '127.0.0.1',
    fecPercentage = 20,
    encryptionMode = 0,
    encoder = true,
    channels = 1,
    liveBitrate = false,
    log = () => undefined,
  } = options
  const ports = {
    https: basePort - 5,
    http: basePort,
    web: basePort + 1,
    video: basePort + 9,
    control: basePort + 10,
    audio: basePort + 11,
    rtsp: basePort + 21,
  }
  const certificate = options.certificate ?? (await createHostCertificate())
  const state = new HostState(options.stateFile ?? null)
  const statistics: HostStatistics = {
    ...{ framesSent: 0, keyFrames: 0, inputs: 0, refused: 0, fecReports: 0 },
    ...{ wishes: [], liveBitrates: [] },
  }
  const injector = await startInjector(desktop)
  let appRunning = false
  let pending: (PendingLaunch & { timer: NodeJS.Timeout }) | null = null
  let stream: Stream | null = null
  /** The stream of the client that has the control stream: with several channels it may be gone before the next one has it. */
  let controlled: Stream | null = null
  let drop: ((datagram: Buffer) => boolean) | null = null

  const video = await bindMediaSocket({ address, port: ports.video })
  const audio = await bindMediaSocket({ address, port: ports.audio })

  const endStream = (why: string): void => {
    if (!stream) return
    log(`CLIENT DISCONNECTED (${why})`)
    stream.capture?.postMessage({ type: 'stop' })
    stream.endSound()
    stream = null
    injector.releaseAll()
    video.forget()
    audio.forget()
  }

  const apply = (event: InputEvent): void => {
    statistics.inputs++
    if (event.kind === 'key') injector.key(event.code, event.down)
    else if (event.kind === 'move') injector.move(event.dx, event.dy)
    else if (event.kind === 'button') injector.button(event.button, event.down)
    else if (event.kind === 'scroll') injector.scroll(event.amount, 0)
    // Sunshine 0.23.1 has it so where it goes through XTEST.
    else if (event.kind === 'horizontal-scroll') injector.scroll(0, -event.amount)
    else if (event.kind === 'position') {
      const x = Math.round((event.x * desktop.width) / event.width)
      const y = Math.round((event.y * desktop.height) / event.height)
      injector.position(
        Math.max(0, Math.min(desktop.width - 1, x)),
        Math.max(0, Math.min(desktop.height - 1, y)),
      )
    }
  }

  const onControl = (data: Buffer): void => {
    const message = stream ? openControl(stream.key, data) : null
    if (!message) {
      statistics.refused++
      return
    }
    if (message.type === messageType.keyFrame || message.type === messageType.invalidate) {
      stream?.capture?.postMessage({ type: 'key-frame' })
    } else if (message.type === messageType.input) {
      const event = parseInput(message.payload)
      if (event) apply(event)
      else statistics.refused++
    } else if (message.type === messageType.fecStatus) statistics.fecReports++
  }

  const sendControl = (type: number, payload: Buffer): void => {
    if (stream) enet.send(sealControl(stream.key, stream.controlSequence++, { type, payload }))
  }

  const enet = await startEnetHost(
    { address, port: ports.control, silenceMs },
    {
      accept: (connectData) => stream !== null && connectData === pending?.connectData,
      connected() {
        if (pending) clearTimeout(pending.timer)
        pending = null
        controlled = stream
        log('CLIENT CONNECTED')
        sendControl(hostMessage.hdrMode, Buffer.alloc(27))
      },
      message: (_channel, data) => onControl(data),
      disconnected(reason) {
        if (stream === controlled) endStream(reason)
      },
    },
  )

  const capture = (wish: StreamWish, key: Buffer): Worker => {
    const encrypted = (wish.encryptionEnabled & 2) !== 0
    const packetizer = new Packetizer({
      packetSize: wish.packetSize,
      fecPercentage,
      minimumParity: fecPercentage === 0 ? 0 : wish.minimumParity,
      key: encrypted ? key : null,
    })
    const start: CaptureStart = {
      framebuffer: desktop.framebuffer,
      display: desktop.display,
      xauthority: desktop.xauthority,
      width: wish.width,
      height: wish.height,
      fps: Math.min(wish.fps, options.fps),
      strip: options.strip,
      record: options.record ?? null,
      bitrateKbps: wish.bitrateKbps,
    }
    const worker = new Worker(join(import.meta.dirname, 'capture', 'worker.ts'), { workerData: start })
    worker.on('message', (message: FromCapture) => {
      if (message.type === 'failed') return log(`capture failed: ${message.message}`)
      // A last frame of a stream that ended meanwhile.
      if (stream?.capture !== worker) return
      statistics.framesSent++
      if (message.keyFrame) statistics.keyFrames++
      const datagrams = packetizer.packetize(
        message.data,
        message.keyFrame,
        Math.floor(message.capturedAt * 90),
      )
      video.send(drop ? datagrams.filter((datagram) => !drop?.(datagram)) : datagrams)
    })
    worker.on('error', (error) => log(`capture failed: ${String(error)}`))
    return worker
  }

  const closeRtsp = await startRtspServer(
    { address, port: ports.rtsp },
    {
      pending: () => pending,
      ports: () => ports,
      fecPercentage,
      play(wish) {
        if (!pending) return
        const { key, keyId, pingPayload } = pending
        const { width, height, fps, bitrateKbps } = wish
        statistics.wishes.push({ width, height, fps, bitrateKbps })
        log(`asked for ${width}x${height}, ${fps} pictures a second, ${bitrateKbps} kbit/s`)
        // Until the control stream comes a client may begin again.
        endStream('another handshake')
        const session: Stream = { key, controlSequence: 0, capture: null, endSound: () => undefined }
        stream = session
        const encryption = wish.audioEncrypted ? { key, keyId } : null
        audio.expect(pingPayload, () => {
          if (stream === session)
            session.endSound = sendSound(audio, { packetMs: wish.audioPacketMs, encryption })
        })
        video.expect(pingPayload, () => {
          if (stream === session) session.capture = capture(wish, key)
        })
      },
    },
  )

  const expectLaunch = (request: LaunchRequest): [number, string] | null => {
    if (encryptionMode === 2 && !request.encryptedRtsp) {
      return [403, 'Encryption is mandatory for this host but unsupported by the client']
    }
    // Sunshine answers 200 here, and still waits for the first one's key (rtsp.cpp, session_raise).
    if (pending && channels > 1) return null
    if (pending || (stream && channels === 1))
      return [
        503,
        "The host's concurrent stream limit has been reached. Stop an existing stream or increase the 'Channels' value in the Sunshine Web UI.",
      ]
    const timer = setTimeout(() => {
      pending = null
      endStream('no control stream')
    }, pendingMs)
    timer.unref()
    pending = {
      key: request.key,
      keyId: request.keyId,
      encryptedRtsp: request.encryptedRtsp,
      pingPayload: randomBytes(8).toString('hex').toUpperCase(),
      connectData: randomInt(1, 2 ** 32 - 1),
      encryptionSupported: encryptionMode === 0 ? 5 : 7,
      encryptionRequested: encryptionMode === 2 ? 7 : 1,
      timer,
    }
    return null
  }

  const closeApp = (): void => {
    appRunning = false
    const code = Buffer.alloc(4)
    code.writeUInt32BE(endedNormally, 0)
    sendControl(hostMessage.termination, code)
    setTimeout(() => enet.disconnectPeer(), 100).unref()
  }

  const control: SessionControl = {
    running: () => appRunning,
    launch(request) {
      if (!encoder) return noEncoder
      if (appRunning && !pending && !stream) return [400, 'An app is already running on this host']
      const problem = expectLaunch(request)
      if (!problem) appRunning = true
      return problem
    },
    resume: (request) => (appRunning ? expectLaunch(request) : [503, 'No running app to resume']),
    cancel() {
      if (pending || stream) return [503, 'All sessions must be disconnected before quitting']
      appRunning = false
      return null
    },
    ...(liveBitrate
      ? {
          bitrate(kbps) {
            if (!stream?.capture) return [404, 'No active streaming session found for client: Vizlink']
            statistics.liveBitrates.push(kbps)
            log(`asked for ${kbps} kbit/s`)
            stream.capture.postMessage({ type: 'bitrate', kbps: encoderKbps(kbps, fecPercentage) })
            return null
          },
        }
      : {}),
  }

  const pairing = createPairing(certificate, (id, client) => state.addClient(id, client))
  const common = { address, certificate, state, pairing }
  const closeNvhttp = await startNvhttp({
    ...common,
    httpPort: ports.http,
    httpsPort: ports.https,
    rtspPort: ports.rtsp,
    name: options.name ?? 'vizlink-demo',
    control,
  })
  const closeApi = await startConfigApi({ ...common, port: ports.web, closeApp })
  log(`Configuration UI available at [https://localhost:${ports.web}]`)

  const close = async (): Promise<void> => {
    if (stream) {
      closeApp()
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    if (pending) clearTimeout(pending.timer)
    await Promise.all([closeRtsp(), closeNvhttp(), closeApi(), enet.close()])
    endStream('host ends')
    await Promise.all([video.close(), audio.close()])
    injector.close()
  }
  let closing: Promise<void> | null = null
  return {
    ports,
    certificate,
    statistics,
    dropVideo: (decide) => (drop = decide),
    loseState() {
      if (pending) clearTimeout(pending.timer)
      pending = null
      closeApp()
      state.clear()
    },
    dispose: () => (closing ??= close()),
  }
}
