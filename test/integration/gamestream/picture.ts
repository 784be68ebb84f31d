/** H.264 frames decoded by FFmpeg, and the demo's machine-readable strip read from the decoded picture. */
import { AV_CODEC_ID_H264, AVERROR_EAGAIN, Codec, CodecContext, Frame, Packet } from 'node-av'

export interface Picture {
  width: number
  height: number
  /** Luma, `stride` bytes a line. */
  luma: Buffer
  stride: number
}

export interface PictureDecoder {
  /** Decodes one frame; throws when it is not one whole decodable picture. */
  decode(frame: Uint8Array): Picture
  close(): void
}

/** Opens a decoder; the first frame must be a key frame. */
export function createPictureDecoder(): PictureDecoder {
  const codec = Codec.findDecoder(AV_CODEC_ID_H264)
  if (!codec) throw new Error('FFmpeg has no H.264 decoder')
  const context = new CodecContext()
  context.allocContext3(codec)
  context.threadCount = 1
  const opened = context.open2Sync(codec, null)
  if (opened < 0) throw new Error(`opening the decoder failed (${opened})`)
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  return {
    decode(bytes) {
      packet.data = Buffer.from(bytes)
      const sent = context.sendPacketSync(packet)
      packet.unref()
      if (sent < 0) throw new Error(`decoding failed (${sent})`)
      const received = context.receiveFrameSync(frame)
      if (received < 0)
        throw new Error(received === AVERROR_EAGAIN ? 'no picture yet' : `no picture (${received})`)
      const picture = {
        width: frame.width,
        height: frame.height,
        luma: Buffer.from(frame.data?.[0] ?? []),
        stride: frame.linesize[0] ?? 0,
      }
      frame.unref()
      return picture
    },
    close() {
      packet.free()
      frame.free()
      context.freeContext()
    },
  }
}

export interface Strip {
  counter: number
  buttons: number
  keys: number
}

/** Reads the strip: two rows of 28 cells of 8x8 pixels; null where its sync byte or its check sum is wrong. */
export function readStrip({ luma, stride }: Picture): Strip | null {
  const bytes = Array.from({ length: 7 }, (_, byte) => {
    let value = 0
    for (let bit = 0; bit < 8; bit++) {
      const cell = byte * 8 + bit
      const x = (cell % 28) * 8 + 4
      const y = Math.floor(cell / 28) * 8 + 4
      value = (value << 1) | ((luma[y * stride + x] ?? 0) > 128 ? 1 : 0)
    }
    return value
  })
  const [sync = 0, high = 0, middle = 0, low = 0, buttons = 0, keys = 0, check = 0] = bytes
  if (sync !== 0xa6 || ((sync + high + middle + low + buttons + keys) & 255) !== check) return null
  return { counter: (high << 16) | (middle << 8) | low, buttons, keys }
}
