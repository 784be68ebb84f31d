/** What the stream view reports about itself. */
import type { Failure } from '../../src-main/shared/errors.ts'

/** What the decoder's worker knows of it. */
export interface DecodeFacts {
  framesDecoded: number
  /** Received but never handed to the presenter: overtaken by a newer frame, or not decodable before a key frame. */
  framesDropped: number
  /** From handing a frame to the decoder until it is decoded, over the last 300 frames; null before the first. */
  decodeP50Ms: number | null
  decodeP99Ms: number | null
  /** Whether the stream is decoded in hardware; null where that is not known. */
  hardware: boolean | null
  /** WebCodecs codec string; null before the first key frame. */
  codec: string | null
  /** Size of the stream's pictures in pixels, 0 before the first. */
  width: number
  height: number
  /** Unix time in ms; null before. */
  firstFrameAt: number | null
}

export interface ViewFacts extends DecodeFacts {
  /** By requestVideoFrameCallback (canvas presenter: frames drawn). */
  framesShown: number
  /** Over the last second. */
  fpsShown: number
  presenter: 'track-generator' | 'canvas'
}

/** Why a stream view ended by itself. */
export type StreamEndReason =
  /** The stream is over; 0 means that the host ended it. */
  | { kind: 'terminated'; code: number }
  /** The frame port closed: the stream process ended, another page took over, or the app is gone. */
  | { kind: 'port-closed'; reason: string }
  | { kind: 'failed'; failure: Failure }
