/**
 * The stream process's end of a frame port, without any transport: credits, dropping, checks of what the page sends.
 * A WebSocket and a MessagePort carry it; one conformance suite tests it over both.
 */
import { decodeInput } from '../shared/stream-input.ts'
import {
  decodeCredit,
  decodeHeader,
  flagKeyFrame,
  maximumOutstandingFrames,
  maximumPagePayload,
  messageType,
  payloadOf,
} from '../shared/stream-port.ts'

export interface FramePortTransport {
  send(message: Uint8Array): void
  /** `reason` is short ASCII text. */
  close(reason: string): void
}

/** Connects a page by its transport. @returns what takes the page's messages, and what runs at its end */
export type AttachPage = (transport: FramePortTransport) => {
  receive(message: Uint8Array): void
  gone(): void
}

export interface FramePortHandlers {
  /** Payload of one well-formed input message. */
  onInput(payload: Uint8Array): void
  requestKeyFrame(): void
}

export interface FramePortCounters {
  framesSent: number
  framesDropped: number
  /** Highest frame number that the page acknowledged. */
  acknowledged: number
  decodeQueue: number
}

/** Frames under way are distinguished by number; the host counts from 1 and never back. */
export class FramePort {
  readonly counters: FramePortCounters = { framesSent: 0, framesDropped: 0, acknowledged: 0, decodeQueue: 0 }
  private readonly outstanding: number[] = []
  /** A page that attaches can decode nothing before a key frame. */
  private waitingForKeyFrame = true
  private closed = false
  private readonly transport: FramePortTransport
  private readonly handlers: FramePortHandlers

  constructor(transport: FramePortTransport, handlers: FramePortHandlers) {
    this.transport = transport
    this.handlers = handlers
  }

  /** Sends one message built by the addon or by `encodeMessage`; video obeys the credits. */
  send(message: Uint8Array): void {
    if (this.closed) return
    if (message[1] !== messageType.video) {
      this.transport.send(message)
      return
    }
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
    const keyFrame = (view.getUint16(2, true) & flagKeyFrame) !== 0
    const full = this.outstanding.length >= maximumOutstandingFrames
    if (full || (this.waitingForKeyFrame && !keyFrame)) {
      // What comes before a page's first picture is not lost: the page was not there when it was on its way.
      if (this.counters.framesSent > 0) this.counters.framesDropped++
      // Once per gap: the answer, a key frame, ends it. A full port asks again when a credit makes room.
      if (!this.waitingForKeyFrame) {
        this.waitingForKeyFrame = true
        this.handlers.requestKeyFrame()
      } else if (keyFrame) {
        this.keyFrameLost = true
      }
      return
    }
    this.waitingForKeyFrame = false
    this.outstanding.push(view.getUint32(4, true))
    this.counters.framesSent++
    this.transport.send(message)
  }

  /** A key frame came while the port was full; the next credit asks for another. */
  private keyFrameLost = false

  /** Handles one message of the page. Anything malformed closes the port, and only the port. */
  receive(message: Uint8Array): void {
    if (this.closed) return
    const header = decodeHeader(message, maximumPagePayload)
    if (typeof header === 'string') return this.dispose(header)
    const payload = payloadOf(message)
    switch (header.type) {
      case messageType.input:
        if (decodeInput(payload) === null) return this.dispose('malformed-input')
        this.handlers.onInput(payload)
        return
      case messageType.credit: {
        const credit = decodeCredit(payload)
        if (credit === null) return this.dispose('malformed-credit')
        this.acknowledge(credit.frameNumber, credit.decodeQueue)
        return
      }
      case messageType.keyFrameRequest:
        if (payload.byteLength !== 0) return this.dispose('malformed-request')
        this.handlers.requestKeyFrame()
        return
      default:
        this.dispose('unknown-type')
    }
  }

  /** The transport is gone, or another page took over. */
  dispose(reason: string): void {
    if (this.closed) return
    this.closed = true
    this.transport.close(reason)
  }

  private acknowledge(frameNumber: number, decodeQueue: number): void {
    this.counters.acknowledged = Math.max(this.counters.acknowledged, frameNumber)
    this.counters.decodeQueue = decodeQueue
    while (this.outstanding.length > 0 && (this.outstanding[0] ?? 0) <= frameNumber) this.outstanding.shift()
    if (this.keyFrameLost && this.outstanding.length < maximumOutstandingFrames) {
      this.keyFrameLost = false
      this.handlers.requestKeyFrame()
    }
  }
}
