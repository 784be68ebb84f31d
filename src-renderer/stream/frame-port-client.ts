/** The page's end of a frame port, without any transport: checks what comes, sends credits, requests and input. */
import { z } from 'zod'
import {
  decodeHeader,
  encodeCredit,
  encodeMessage,
  flagKeyFrame,
  messageType,
  payloadOf,
  type StreamConfiguration,
  type StreamEvent,
} from '../../src-main/shared/stream-port.ts'

export interface FramePortSender {
  send(message: Uint8Array<ArrayBuffer>): void
  close(): void
}

export interface VideoUnit {
  frameNumber: number
  keyFrame: boolean
  /** Annex B. */
  data: Uint8Array
}

export interface FramePortListener {
  onConfiguration(configuration: StreamConfiguration): void
  onVideo(unit: VideoUnit): void
  onEvent(event: StreamEvent): void
  /** The other side broke the protocol; the port is closed. */
  onRefused(reason: string): void
}

const maximumSide = 16_384
const side = z.int().min(0).max(maximumSide)
const configurationSchema: z.ZodType<StreamConfiguration> = z.object({
  codec: z.literal('H.264'),
  width: side,
  height: side,
  fps: z.number().positive().max(1000),
})
const eventSchema: z.ZodType<StreamEvent> = z.object({ type: z.literal('terminated'), code: z.number() })

export class FramePortClient {
  private closed = false
  private readonly sender: FramePortSender
  private readonly listener: FramePortListener

  constructor(sender: FramePortSender, listener: FramePortListener) {
    this.sender = sender
    this.listener = listener
  }

  /** Takes one whole message. */
  receive(message: Uint8Array): void {
    if (this.closed) return
    const header = decodeHeader(message)
    if (typeof header === 'string') return this.refuse(header)
    const payload = payloadOf(message)
    switch (header.type) {
      case messageType.configuration: {
        const configuration = parse(configurationSchema, payload)
        if (configuration === null) return this.refuse('malformed-configuration')
        this.listener.onConfiguration(configuration)
        return
      }
      case messageType.video:
        this.listener.onVideo({
          frameNumber: header.frameNumber,
          keyFrame: (header.flags & flagKeyFrame) !== 0,
          data: payload,
        })
        return
      case messageType.event: {
        const event = parse(eventSchema, payload)
        if (event === null) return this.refuse('malformed-event')
        this.listener.onEvent(event)
        return
      }
      default:
        this.refuse('unknown-type')
    }
  }

  /** Acknowledges all frames up to `frameNumber`. */
  credit(frameNumber: number, decodeQueue: number): void {
    if (!this.closed) this.sender.send(encodeCredit(frameNumber, decodeQueue))
  }

  requestKeyFrame(): void {
    if (!this.closed) this.sender.send(encodeMessage(messageType.keyFrameRequest, new Uint8Array(0)))
  }

  /** @param payload from `encodeInput` */
  sendInput(payload: Uint8Array): void {
    if (!this.closed) this.sender.send(encodeMessage(messageType.input, payload))
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.sender.close()
  }

  private refuse(reason: string): void {
    this.close()
    this.listener.onRefused(reason)
  }
}

/** @returns null: it is something else */
function parse<T>(schema: z.ZodType<T>, payload: Uint8Array): T | null {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)))
  } catch {
    return null
  }
}
