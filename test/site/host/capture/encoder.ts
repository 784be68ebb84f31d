/** H.264 by libx264 (npm node-av), with the settings of a low-latency host: one in, one out, key frames on demand. */
import {
  Codec,
  CodecContext,
  Frame,
  Packet,
  SoftwareScaleContext,
  FF_ENCODER_LIBX264,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_BGR0,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  Rational,
} from 'node-av'

export interface EncoderOptions {
  sourceWidth: number
  sourceHeight: number
  width: number
  height: number
  fps: number
  bitrateKbps: number
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`${what} failed (${code})`)
}

function makeFrame(width: number, height: number, format: typeof AV_PIX_FMT_BGR0): Frame {
  const frame = new Frame()
  frame.alloc()
  frame.width = width
  frame.height = height
  frame.format = format
  check(frame.allocBuffer(), 'allocating a frame')
  return frame
}

export class H264Encoder {
  private readonly context = new CodecContext()
  private readonly source: Frame
  private readonly target: Frame
  private readonly packet = new Packet()
  private readonly scaler = new SoftwareScaleContext()
  private readonly fps: number
  private time = 0n

  constructor(options: EncoderOptions) {
    this.source = makeFrame(options.sourceWidth, options.sourceHeight, AV_PIX_FMT_BGR0)
    this.target = makeFrame(options.width, options.height, AV_PIX_FMT_YUV420P)
    this.packet.alloc()
    this.scaler.getContext(
      options.sourceWidth,
      options.sourceHeight,
      AV_PIX_FMT_BGR0,
      options.width,
      options.height,
      AV_PIX_FMT_YUV420P,
    )
    // Otherwise the scaler takes BT.601 for its output.
    for (const frame of [this.source, this.target]) frame.colorSpace = AVCOL_SPC_BT709
    this.target.colorRange = AVCOL_RANGE_MPEG
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264)
    if (!codec) throw new Error('libx264 is missing')
    const context = this.context
    context.allocContext3(codec)
    context.width = options.width
    context.height = options.height
    context.pixelFormat = AV_PIX_FMT_YUV420P
    context.timeBase = new Rational(1, options.fps)
    context.framerate = new Rational(options.fps, 1)
    this.fps = options.fps
    this.setBitrate(options.bitrateKbps)
    context.gopSize = 1_000_000
    context.maxBFrames = 0
    context.threadCount = 1
    context.colorRange = AVCOL_RANGE_MPEG
    context.colorPrimaries = AVCOL_PRI_BT709
    context.colorTrc = AVCOL_TRC_BT709
    context.colorSpace = AVCOL_SPC_BT709
    // Options one by one: opening with a dictionary corrupts memory in this package.
    const set = (key: string, value: string): void => check(context.setOption(key, value), `option ${key}`)
    set('preset', 'ultrafast')
    set('tune', 'zerolatency')
    set('forced-idr', '1')
    set('x264-params', 'repeat-headers=1:annexb=1:scenecut=0:keyint=infinite')
    check(context.open2Sync(codec, null), 'opening libx264')
  }

  /** Also while it encodes: libx264 takes a new rate with the next picture. */
  setBitrate(kbps: number): void {
    const bits = BigInt(kbps) * 1000n
    this.context.bitRate = bits
    this.context.rcMaxRate = bits
    this.context.rcBufferSize = Math.round((Number(bits) / this.fps) * 1.5)
  }

  /** Memory to write the next source picture into (B, G, R, unused) and its bytes a line. */
  sourcePicture(): { picture: Buffer; stride: number } {
    const picture = this.source.data?.[0]
    const stride = this.source.linesize[0]
    if (!picture || !stride) throw new Error('the source frame has no memory')
    return { picture, stride }
  }

  /** Encodes the source picture; normally one Annex B frame. */
  encode(keyFrame: boolean): Uint8Array<ArrayBuffer>[] {
    check(this.scaler.scaleFrameSync(this.target, this.source), 'converting')
    this.target.pts = this.time++
    this.target.pictType = keyFrame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
    check(this.context.sendFrameSync(this.target), 'encoding')
    const frames: Uint8Array<ArrayBuffer>[] = []
    while (this.context.receivePacketSync(this.packet) >= 0) {
      if (this.packet.data) frames.push(new Uint8Array(this.packet.data))
      this.packet.unref()
    }
    return frames
  }

  close(): void {
    this.context.freeContext()
    this.scaler.freeContext()
    this.source.free()
    this.target.free()
    this.packet.free()
  }
}
