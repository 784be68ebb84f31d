/** The native addon: its place and its types. It is loaded only inside child processes. */
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { fail } from '../shared/errors.ts'

const pixels = z.int().min(0).max(16_384)

/**
 * Everything moonlight-common-c needs for one connection. The key belongs to this launch alone. The addon's own bounds are tighter
 * (`ReadOptions` in native/addon/stream_session.cc).
 */
export const streamStartSchema = z.strictObject({
  /** Numeric loopback address of the endpoint (or of the host, without a link). */
  address: z.string().max(64),
  appVersion: z.string().max(64),
  gfeVersion: z.string().max(64),
  /** `rtsp://` or `rtspenc://`; its port is the endpoint's. */
  rtspSessionUrl: z.string().max(256),
  serverCodecModeSupport: z.int32(),
  width: pixels,
  height: pixels,
  fps: z.int().min(0).max(1000),
  bitrateKbps: z.int32(),
  packetSize: z.int32(),
  /** Bit mask of VIDEO_FORMAT_*; 1 is H.264. */
  supportedVideoFormats: z.int32(),
  /** 0 none, 1 audio, 2 video, -1 all. */
  encryptionFlags: z.int32(),
  /** AES-128 session key, 32 hex digits. */
  remoteInputKey: z.string().max(32),
  remoteInputKeyId: z.int32(),
})
export type StreamStart = z.infer<typeof streamStartSchema>

export type StreamSessionEvent =
  | { type: 'stage'; name: string; status: 'starting' | 'complete' | 'failed'; code: number }
  | { type: 'video-format'; codec: 'H.264'; width: number; height: number; fps: number }
  /** 0 = the host ended normally; negative codes: Limelight.h ML_ERROR_*, else errno or a host code. */
  | { type: 'terminated'; code: number }
  /** 0 good, 1 poor (the library's judgement by frame loss). */
  | { type: 'quality'; code: number }

export interface StreamStatistics {
  framesReceived: number
  framesDropped: number
  keyFrames: number
  videoBytes: number
  /** Packets of sound, which nothing plays. */
  audioPackets: number
  roundTripMs: number | null
}

/** One GameStream connection. At most one per process is active: the library keeps its state in globals. */
export interface StreamSession {
  /** Connects; settles with 0 or the library's error code. Throws on options out of bounds and with code EBUSY. */
  start(options: StreamStart): Promise<number>
  /** Ends whatever runs; settles when the library is down (up to about 2 s). */
  stop(): Promise<void>
  requestKeyFrame(): void
  /** Payload of one input message. Returns the number of records sent, -1 if malformed (nothing was sent). */
  sendInput(payload: Buffer): number
  statistics(): StreamStatistics
}

/** A frame of the relay that is not a datagram. */
export interface RelayFrame {
  type:
    | 'hello'
    | 'started'
    | 'opened'
    | 'refused'
    | 'data'
    | 'fin'
    | 'reset'
    | 'pong'
    | 'dropped'
    | 'error'
    | 'line'
    | 'wanted'
    | 'measured'
  /** TCP stream, else 0. */
  stream: number
  payload: Buffer
}

/** The user's end of a link: three UDP ports on 127.0.0.1; datagrams never pass JavaScript. */
export interface Endpoint {
  /** Takes bytes of the channel in any portions. Throws once they are not frames; the channel is then worthless. */
  receive(chunk: Buffer): RelayFrame[]
  /** What the first datagrams of the coming stream carry; only their senders are served from then on. */
  expect(stream: { pingPayload?: string; connectData?: number }): void
  statistics(): { receivedBytes: number; sentBytes: number; refusedDatagrams: number }
  ports(): { video: number; control: number; audio: number }
  close(): void
}

export interface EndpointClass {
  /** `onSend` gets bytes for the channel. */
  new (onSend: (chunk: Buffer) => void): Endpoint
  /**
   * Bytes of one frame for the relay. `open` carries the port (u16 LE), `ping` eight bytes of clock, `measure` the most bytes and
   * the most ms (u32 LE each).
   */
  frame(
    type: 'open' | 'data' | 'fin' | 'reset' | 'ping' | 'measure',
    stream: number,
    payload?: Buffer,
  ): Buffer
  /** Bytes of the START frame: ports as the node sees them, `address` numeric IPv4. */
  startFrame(start: {
    maximumUnacknowledgedBytes: number
    address: string
    video: number
    control: number
    audio: number
    http: number
    https: number
    web: number
    rtsp: number
  }): Buffer
  readonly protocolVersion: number
  /** Relay and endpoint of one build have the same. */
  readonly buildId: string
}

export interface NativeAddon {
  Endpoint: EndpointClass
  StreamSession: new (callbacks: {
    /** Whole frame port messages (header and payload) of video. */
    onMessage: (message: Buffer) => void
    onEvent: (event: StreamSessionEvent) => void
  }) => StreamSession
}

const root = join(import.meta.dirname, '..', '..')

/** Places in the order in which they are tried: packaged app, bundle, source tree. */
function candidates(): string[] {
  const resources = (process as NodeJS.Process & { resourcesPath?: string }).resourcesPath
  return [
    ...(resources ? [join(resources, 'native', 'vizlink_native.node')] : []),
    join(root, 'native', 'build', 'addon', `${process.platform}-${process.arch}`, 'vizlink_native.node'),
  ]
}

/** The addon's file; `VIZLINK_NATIVE` overrides (sanitizer builds). @throws VizlinkError that names every place looked at */
export function nativeFile(): string {
  const tried = process.env.VIZLINK_NATIVE ? [process.env.VIZLINK_NATIVE] : candidates()
  const path = tried.find((candidate) => existsSync(candidate))
  if (path !== undefined) return path
  throw fail('internal', 'no-addon', {
    evidence: tried.map((place) => ({ label: 'looked-at', value: place })),
    retryable: false,
  })
}

/** The program by which the system's `ssh` asks the app, beside the addon. @throws VizlinkError that names every place looked at */
export function askpassFile(): string {
  const name = process.platform === 'win32' ? 'vizlink-askpass.exe' : 'vizlink-askpass'
  const tried = candidates().map((addon) => join(dirname(addon), name))
  const path = tried.find((candidate) => existsSync(candidate))
  if (path !== undefined) return path
  throw fail('internal', 'no-askpass', {
    evidence: tried.map((place) => ({ label: 'looked-at', value: place })),
    retryable: false,
  })
}

/** Loads the addon. @throws VizlinkError where there is none */
export function loadNative<T = NativeAddon>(): T {
  return createRequire(import.meta.url)(nativeFile()) as T
}
