/**
 * The frame port: compressed video from the stream process to the page, input and credits back.
 * One binary codec for both transports (WebSocket in the browser shell, MessagePort in Electron); every message is
 * one header of 32 bytes and a payload. All numbers are little endian.
 *
 * | offset | size | field |
 * | 0  | 1 | version (1) |
 * | 1  | 1 | message type |
 * | 2  | 2 | flags (bit 0: key frame) |
 * | 4  | 4 | frame number (host's frame index, from 1), 0 where it means nothing |
 * | 8  | 4 | payload length in bytes (must equal what follows the header) |
 * | 12 | 4 | RTP timestamp (90 kHz) |
 * | 16 | 8 | float64: when the first packet of the frame arrived, Unix time in ms |
 * | 24 | 8 | float64: when the frame was handed to this port, Unix time in ms |
 *
 * Flow control: the stream process sends at most `maximumOutstandingFrames` unacknowledged frames; beyond that it drops
 * whole frames until the next key frame, which it requests. The page acknowledges each frame with a credit message.
 */

export const streamPortVersion = 1
export const headerSize = 32
/** A decode unit larger than this is a protocol error (a 4K key frame at 100 Mbit/s stays far below it). */
export const maximumPayload = 16 * 1024 * 1024
/** Payloads from the page are small records; anything larger is refused. */
export const maximumPagePayload = 64 * 1024
/**
 * Frames that may be under way between stream process and page. Each is a picture that is older than it need be, so the
 * bound is as small as losses allow: beyond it there is a gap until a key frame. Measured without a bound, 1280x720, two cores,
 * decoding in software: on an idle machine at 60 frames a second 1 under way at the 99th percentile and 2 at most among 2,401
 * (`npm run bench -- frames-under-way`); where some twenty programs contended for the cores 5 at the 99th percentile and 7 at
 * most among 3,100 (the oldest for 0.3 s). A decoder that stays behind is another matter: see the page's decode queue.
 */
export const maximumOutstandingFrames = 8

/** Message types. 1-15 travel to the page, 16-31 from the page. */
export const messageType = {
  /** Payload: UTF-8 JSON of `StreamConfiguration`; sent first, and again when it changes. */
  configuration: 1,
  /** Payload: one Annex B decode unit. */
  video: 2,
  /** Payload: UTF-8 JSON of `StreamEvent`. */
  event: 4,
  /** Payload: input records (`encodeInput`), one or more, each with its own length. */
  input: 16,
  /** Payload: u32 acknowledged frame number, u16 decode queue length, u16 zero. */
  credit: 17,
  /** Payload empty: the decoder needs a key frame. */
  keyFrameRequest: 18,
} as const

export type MessageType = (typeof messageType)[keyof typeof messageType]

export const flagKeyFrame = 1

export interface StreamPortHeader {
  type: number
  flags: number
  frameNumber: number
  payloadLength: number
  rtpTimestamp: number
  /** Unix time in milliseconds. */
  receivedAt: number
  /** Unix time in milliseconds. */
  queuedAt: number
}

export interface StreamConfiguration {
  codec: 'H.264'
  width: number
  height: number
  fps: number
}

export type StreamEvent = { type: 'terminated'; code: number }

/** Why bytes were refused by `decodeHeader`. */
export type HeaderProblem = 'too-short' | 'wrong-version' | 'wrong-length' | 'too-large'

/**
 * Reads and checks the header of one message.
 * @param limit largest payload that is accepted from this side
 */
export function decodeHeader(message: Uint8Array, limit = maximumPayload): StreamPortHeader | HeaderProblem {
  if (message.byteLength < headerSize) return 'too-short'
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  if (view.getUint8(0) !== streamPortVersion) return 'wrong-version'
  const payloadLength = view.getUint32(8, true)
  if (payloadLength > limit) return 'too-large'
  if (payloadLength !== message.byteLength - headerSize) return 'wrong-length'
  return {
    type: view.getUint8(1),
    flags: view.getUint16(2, true),
    frameNumber: view.getUint32(4, true),
    payloadLength,
    rtpTimestamp: view.getUint32(12, true),
    receivedAt: view.getFloat64(16, true),
    queuedAt: view.getFloat64(24, true),
  }
}

/** Builds one whole message from its type and payload; header fields that are not given are 0. */
export function encodeMessage(
  type: MessageType,
  payload: Uint8Array,
  {
    flags = 0,
    frameNumber = 0,
    rtpTimestamp = 0,
    receivedAt = 0,
    queuedAt = 0,
  }: Partial<StreamPortHeader> = {},
): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(headerSize + payload.byteLength)
  const view = new DataView(message.buffer)
  view.setUint8(0, streamPortVersion)
  view.setUint8(1, type)
  view.setUint16(2, flags, true)
  view.setUint32(4, frameNumber, true)
  view.setUint32(8, payload.byteLength, true)
  view.setUint32(12, rtpTimestamp, true)
  view.setFloat64(16, receivedAt, true)
  view.setFloat64(24, queuedAt, true)
  message.set(payload, headerSize)
  return message
}

/** The payload of a message that `decodeHeader` accepted (a view, not a copy). */
export function payloadOf(message: Uint8Array): Uint8Array {
  return message.subarray(headerSize)
}

/** Builds a credit message (page to stream process). */
export function encodeCredit(frameNumber: number, decodeQueue: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(8)
  const view = new DataView(payload.buffer)
  view.setUint32(0, frameNumber, true)
  view.setUint16(4, Math.min(decodeQueue, 0xffff), true)
  return encodeMessage(messageType.credit, payload)
}

/** Reads the payload of a credit message, or null if it is malformed. */
export function decodeCredit(payload: Uint8Array): { frameNumber: number; decodeQueue: number } | null {
  if (payload.byteLength !== 8) return null
  const view = new DataView(payload.buffer, payload.byteOffset, 8)
  return { frameNumber: view.getUint32(0, true), decodeQueue: view.getUint16(4, true) }
}
