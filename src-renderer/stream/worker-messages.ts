/** Messages between the page and the decoder's worker. */
import type { StreamConfiguration } from '../../src-main/shared/stream-port.ts'
import type { FramePort } from '../api/index.ts'
import type { DecodeFacts, StreamEndReason } from './facts.ts'

/** Where the worker puts pictures. Both kinds are transferred. */
export type PictureSink =
  | { kind: 'track-generator'; writable: WritableStream<VideoFrame> }
  | { kind: 'canvas'; canvas: OffscreenCanvas }

export type ToDecodeWorker =
  | { type: 'start'; port: FramePort; sink: PictureSink }
  /** Payload from `encodeInput`. */
  | { type: 'input'; payload: Uint8Array<ArrayBuffer> }
  | { type: 'stop' }

export interface WorkerFacts extends DecodeFacts {
  framesPresented: number
}

export type FromDecodeWorker =
  | { type: 'configuration'; configuration: StreamConfiguration }
  | { type: 'facts'; facts: WorkerFacts }
  | { type: 'ended'; reason: StreamEndReason }
