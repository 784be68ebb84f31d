/** Frames between relay and endpoint, written down a second time from their description in native/core/framing.h. */

export const frameTypes = {
  hello: 1,
  start: 2,
  started: 3,
  datagram: 4,
  open: 5,
  opened: 6,
  refused: 7,
  data: 8,
  fin: 9,
  reset: 10,
  ack: 11,
  ping: 12,
  pong: 13,
  dropped: 14,
  error: 15,
  line: 16,
  wanted: 17,
  measure: 18,
  padding: 19,
  measured: 20,
} as const
export type FrameName = keyof typeof frameTypes

export interface WireFrame {
  type: FrameName
  flow: number
  stream: number
  payload: Buffer
}

const names = Object.fromEntries(Object.entries(frameTypes).map(([name, type]) => [type, name])) as Record<
  number,
  FrameName
>

/** The eight bytes before a payload as a liar writes them: any length, type and flow, well-formed or not. */
export function rawHeader(length: number, type: number, flow = 0): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(length)
  bytes[4] = type
  bytes[5] = flow
  return bytes
}

export function encodeFrame(
  type: FrameName,
  payload: Buffer = Buffer.alloc(0),
  { flow = 0, stream = 0 } = {},
): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(payload.length, 0)
  head[4] = frameTypes[type]
  head[5] = flow
  head.writeUInt16LE(stream, 6)
  return Buffer.concat([head, payload])
}

export interface StartOptions {
  maximumUnacknowledged: number
  video?: number
  control?: number
  audio?: number
  http?: number
  https?: number
  web?: number
  rtsp?: number
  address?: string
}

/** START; ports that are left out are 9. */
export function encodeStart(options: StartOptions): Buffer {
  const { video = 9, control = 9, audio = 9, http = 9, https = 9, web = 9, rtsp = 9 } = options
  const fixed = Buffer.alloc(18)
  fixed.writeUInt32LE(options.maximumUnacknowledged, 0)
  for (const [index, port] of [video, control, audio, http, https, web, rtsp].entries())
    fixed.writeUInt16LE(port, 4 + index * 2)
  return encodeFrame('start', Buffer.concat([fixed, Buffer.from(options.address ?? '127.0.0.1')]))
}

/** Bytes of the padding that follows STARTED; acknowledgements count them like video. */
export const startPadding = 64

/** @param arrivedUs when the last of them came, by a clock of the endpoint's own */
export const encodeAck = (bytes: number, arrivedUs = Math.round(performance.now() * 1000)): Buffer => {
  const payload = Buffer.alloc(20)
  payload.writeBigUInt64LE(BigInt(bytes))
  payload.writeBigUInt64LE(BigInt(arrivedUs), 8)
  return encodeFrame('ack', payload)
}

/** Takes bytes in any portions and gives whole frames; throws on an unknown type. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0)

  read(chunk: Buffer): WireFrame[] {
    this.rest = Buffer.concat([this.rest, chunk])
    const frames: WireFrame[] = []
    while (this.rest.length >= 8) {
      const end = 8 + this.rest.readUInt32LE(0)
      if (this.rest.length < end) break
      const type = names[this.rest[4] ?? 0]
      if (!type) throw new Error(`type ${this.rest[4]}`)
      frames.push({
        type,
        flow: this.rest[5] ?? 0,
        stream: this.rest.readUInt16LE(6),
        payload: Buffer.from(this.rest.subarray(8, end)),
      })
      this.rest = this.rest.subarray(end)
    }
    return frames
  }
}
