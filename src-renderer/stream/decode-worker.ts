/** Worker: owns the frame port, decodes with WebCodecs, presents. Its entry; one worker serves one stream view. */
import '../zod-settings.ts'
import { fail } from '../../src-main/shared/errors.ts'
import type { FramePort } from '../api/index.ts'
import {
  decodesInHardware,
  DecodeQueue,
  type Decoder,
  type DecoderFactory,
  type DecoderSetting,
} from './decode-queue.ts'
import type { StreamEndReason } from './facts.ts'
import { FramePortClient, type FramePortListener, type FramePortSender } from './frame-port-client.ts'
import { NewestWins } from './newest-wins.ts'
import type { FromDecodeWorker, PictureSink, ToDecodeWorker, WorkerFacts } from './worker-messages.ts'

/** This global scope is a worker's; the library's types describe a window. */
interface WorkerScope {
  postMessage(message: FromDecodeWorker): void
  close(): void
  addEventListener(type: 'message', listener: (event: MessageEvent<ToDecodeWorker>) => void): void
}
const scope: WorkerScope = globalThis

const factsEveryMs = 1000

/** Opens the port; `receive` gets whole messages, `gone` runs once when the other side has closed it. */
function openPort(
  port: FramePort,
  receive: (message: Uint8Array) => void,
  gone: (reason: string) => void,
): FramePortSender {
  if (port.kind === 'message-port') {
    port.port.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof Uint8Array) receive(data)
    }
    port.port.addEventListener('close', () => gone('closed'))
    // Never a transfer list: on the way to Electron's main process the message would be lost.
    return { send: (message) => port.port.postMessage(message), close: () => port.port.close() }
  }
  const socket = new WebSocket(port.url)
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) receive(new Uint8Array(data))
  })
  socket.addEventListener('close', ({ reason, code }) => gone(reason || `code ${code}`))
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message)
    },
    close: () => socket.close(1000),
  }
}

const createDecoder: DecoderFactory<VideoFrame> = ({ output, error }) => {
  const decoder = new VideoDecoder({ output, error })
  return {
    configure: ({ codec, acceleration }) =>
      decoder.configure({ codec, optimizeForLatency: true, hardwareAcceleration: acceleration }),
    decode: ({ keyFrame, timestamp, data }) =>
      decoder.decode(new EncodedVideoChunk({ type: keyFrame ? 'key' : 'delta', timestamp, data })),
    close: () => {
      if (decoder.state !== 'closed') decoder.close()
    },
  } satisfies Decoder
}

/** Returns what shows one picture and takes it over. */
function openSink(sink: PictureSink): (frame: VideoFrame) => Promise<void> {
  if (sink.kind === 'track-generator') {
    const writer = sink.writable.getWriter()
    // Settles when the track has taken the picture, so that the next one is picked as late as can be.
    return (frame) => writer.write(frame)
  }
  const context = sink.canvas.getContext('2d', { alpha: false, desynchronized: true })
  if (context === null) throw new Error('the canvas gives no 2D context')
  return async (frame) => {
    try {
      const { displayWidth, displayHeight } = frame
      if (sink.canvas.width !== displayWidth) sink.canvas.width = displayWidth
      if (sink.canvas.height !== displayHeight) sink.canvas.height = displayHeight
      context.drawImage(frame, 0, 0)
    } finally {
      frame.close()
    }
    // The picture is on its way when the next one may be drawn.
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}

function start(port: FramePort, sink: PictureSink): { input(payload: Uint8Array): void; stop(): void } {
  let ended = false
  let hardwareExists: boolean | null = null
  let decoder: DecoderSetting | null = null
  let size = { width: 0, height: 0 }
  let firstFrameAt: number | null = null

  function end(reason: StreamEndReason | null): void {
    if (ended) return
    ended = true
    clearInterval(timer)
    sayFacts()
    queue.dispose()
    newest.dispose()
    client.close()
    if (reason) scope.postMessage({ type: 'ended', reason })
  }

  const noDecoder = (what: string): StreamEndReason => ({
    kind: 'failed',
    failure: fail('no-decoder', 'picture', {
      evidence: [
        { label: 'codec', value: decoder?.codec ?? 'unknown' },
        { label: 'decoder', value: what },
      ],
    }).failure,
  })

  const show = openSink(sink)
  const newest = new NewestWins<VideoFrame>(
    async (frame) => {
      size = { width: frame.displayWidth, height: frame.displayHeight }
      await show(frame)
      if (firstFrameAt === null) {
        firstFrameAt = Date.now()
        sayFacts()
      }
    },
    (error) => end(noDecoder(`presenter: ${String(error)}`)),
  )
  const queue = new DecodeQueue<VideoFrame>(createDecoder, {
    onPicture: (frame) => newest.push(frame),
    credit: (frameNumber, decodeQueue) => client.credit(frameNumber, decodeQueue),
    requestKeyFrame: () => client.requestKeyFrame(),
    onDecoder: (setting) => {
      decoder = setting
      hardwareExists = null
      const { codec } = setting
      void VideoDecoder.isConfigSupported({ codec, hardwareAcceleration: 'prefer-hardware' }).then(
        ({ supported }) => {
          if (decoder === setting) hardwareExists = supported === true
        },
        () => undefined,
      )
    },
    onFailed: (reason) => end(noDecoder(reason)),
    now: () => performance.now(),
  })
  const listener: FramePortListener = {
    onConfiguration(configuration) {
      queue.configure(configuration)
      scope.postMessage({ type: 'configuration', configuration })
    },
    onVideo: (unit) => queue.push(unit),
    onEvent(event) {
      if (event.type === 'terminated') end({ kind: 'terminated', code: event.code })
    },
    onRefused: (reason) => end({ kind: 'port-closed', reason }),
  }
  const client: FramePortClient = new FramePortClient(
    openPort(
      port,
      (message) => client.receive(message),
      (reason) => end({ kind: 'port-closed', reason }),
    ),
    listener,
  )

  function sayFacts(): void {
    const facts: WorkerFacts = {
      framesDecoded: queue.framesDecoded,
      framesDropped: queue.framesDropped + newest.dropped,
      framesPresented: newest.presented,
      decodeP50Ms: queue.times.percentile(0.5),
      decodeP99Ms: queue.times.percentile(0.99),
      hardware: decoder && decodesInHardware(decoder, hardwareExists),
      codec: decoder?.codec ?? null,
      ...size,
      firstFrameAt,
    }
    scope.postMessage({ type: 'facts', facts })
  }
  const timer = setInterval(sayFacts, factsEveryMs)
  return { input: (payload) => client.sendInput(payload), stop: () => end(null) }
}

let running: ReturnType<typeof start> | null = null
scope.addEventListener('message', ({ data }) => {
  if (data.type === 'start') running ??= start(data.port, data.sink)
  else if (data.type === 'input') running?.input(data.payload)
  else {
    running?.stop()
    scope.close()
  }
})
