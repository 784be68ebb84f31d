/**
 * From decode units to pictures: configuration from the parameter sets, credits after decoding, recovery by key frames.
 * The decoder itself is given, so that this runs (and is tested) without a browser.
 */
import type { StreamConfiguration } from '../../src-main/shared/stream-port.ts'
import type { VideoUnit } from './frame-port-client.ts'
import { h264CodecString } from './h264/codec-string.ts'
import { prepareKeyFrame } from './h264/key-frame.ts'
import { DurationStatistics } from './statistics.ts'

/** A decoded picture; its owner closes it. */
export interface Picture {
  readonly timestamp: number
  readonly displayWidth: number
  readonly displayHeight: number
  close(): void
}

export interface DecoderSetting {
  codec: string
  acceleration: 'no-preference' | 'prefer-software'
}

/**
 * Where a decoder works, as far as it is known: a browser does not report what it chose, so that true is never certain.
 * @param hardwareExists what the browser says of a decoder in hardware for the codec
 */
export function decodesInHardware(
  { acceleration }: DecoderSetting,
  hardwareExists: boolean | null,
): false | null {
  return acceleration === 'prefer-software' || hardwareExists === false ? false : null
}

/** The part of a WebCodecs VideoDecoder that is used. */
export interface Decoder {
  configure(setting: DecoderSetting): void
  /** @param timestamp microseconds, strictly increasing */
  decode(unit: { keyFrame: boolean; timestamp: number; data: Uint8Array }): void
  close(): void
}

export type DecoderFactory<P extends Picture> = (callbacks: {
  output: (picture: P) => void
  error: (error: Error) => void
}) => Decoder

export interface DecodeQueueHandlers<P extends Picture> {
  /** Takes the picture over. */
  onPicture(picture: P): void
  credit(frameNumber: number, decodeQueue: number): void
  requestKeyFrame(): void
  /** A decoder was opened. */
  onDecoder(setting: DecoderSetting): void
  /** No decoder can do it; the queue is over. */
  onFailed(reason: string): void
  /** ms, monotonic */
  now(): number
}

/** More frames than this inside the decoder for longer than `overloadMs`: it cannot keep up. */
const overloadFrames = 5
const overloadMs = 250
/** Errors in a row, without a picture between them, after which there is no hope. */
const maximumErrors = 4
/** How long decoding stays in software before hardware is tried again; each failure doubles it, up to the second. */
const softwareMs = { first: 60_000, most: 960_000 }
/** A key frame that was asked for and has not come is asked for again. */
const keyFrameAgainMs = 1000

export class DecodeQueue<P extends Picture> {
  framesDecoded = 0
  framesDropped = 0
  readonly times = new DurationStatistics()
  private readonly create: DecoderFactory<P>
  private readonly handlers: DecodeQueueHandlers<P>
  private decoder: Decoder | null = null
  private configuration: StreamConfiguration = { codec: 'H.264', width: 0, height: 0, fps: 60 }
  private codec: string | null = null
  private acceleration: DecoderSetting['acceleration'] = 'no-preference'
  private hardwareAgainAt = Number.POSITIVE_INFINITY
  /** Hardware is being tried again, and no picture has come from it yet. */
  private tryingHardware = false
  private softwareFor = softwareMs.first
  /** Inside the decoder, in order. */
  private readonly inside: { timestamp: number; frameNumber: number; since: number }[] = []
  private waitingForKeyFrame = true
  private keyFrameAskedAt = Number.NEGATIVE_INFINITY
  private overloadedSince: number | null = null
  private errors = 0
  private lastTimestamp = 0
  private over = false

  constructor(create: DecoderFactory<P>, handlers: DecodeQueueHandlers<P>) {
    this.create = create
    this.handlers = handlers
  }

  configure(configuration: StreamConfiguration): void {
    this.configuration = configuration
  }

  /** Takes one decode unit: it is decoded, or dropped and acknowledged. */
  push(unit: VideoUnit): void {
    if (this.over) return
    if (this.isOverloaded()) {
      // A decoder that hangs reports no error.
      if (this.tryingHardware) this.useSoftware()
      this.startOver()
    }
    if (this.waitingForKeyFrame && !unit.keyFrame) {
      this.drop(unit)
      this.askForKeyFrame()
      return
    }
    const data = unit.keyFrame ? this.prepare(unit) : unit.data
    if (data === null || this.decoder === null) {
      this.drop(unit)
      this.waitingForKeyFrame = true
      this.askForKeyFrame()
      return
    }
    const now = this.handlers.now()
    // Identifies the picture when it comes out; the presenter shows pictures as they come.
    const timestamp = Math.max(this.lastTimestamp + 1, Math.round(now * 1000))
    this.lastTimestamp = timestamp
    this.inside.push({ timestamp, frameNumber: unit.frameNumber, since: now })
    try {
      this.decoder.decode({ keyFrame: unit.keyFrame, timestamp, data })
      this.waitingForKeyFrame = false
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)))
    }
  }

  dispose(): void {
    this.over = true
    this.closeDecoder()
  }

  /** Configures the decoder if the stream changed; null where the unit cannot be decoded. */
  private prepare(unit: VideoUnit): Uint8Array | null {
    const { parameters, data } = prepareKeyFrame(unit.data)
    const codec = parameters ? h264CodecString(parameters, this.configuration.fps) : this.codec
    if (codec === null) return null
    if (codec !== this.codec || this.decoder === null) this.openDecoder(codec)
    return data
  }

  private openDecoder(codec: string): void {
    this.closeDecoder()
    const decoder = this.create({
      output: (picture) => {
        if (this.decoder === decoder) this.onPicture(picture)
        else picture.close()
      },
      error: (error) => {
        if (this.decoder === decoder) this.onError(error)
      },
    })
    const setting: DecoderSetting = { codec, acceleration: this.acceleration }
    try {
      decoder.configure(setting)
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)))
      return
    }
    this.decoder = decoder
    this.codec = codec
    this.handlers.onDecoder(setting)
  }

  private closeDecoder(): void {
    const decoder = this.decoder
    this.decoder = null
    // What was inside will never come out: acknowledge it, or the port stays full.
    const last = this.inside.at(-1)
    if (last) {
      this.framesDropped += this.inside.length
      this.inside.length = 0
      if (!this.over) this.handlers.credit(last.frameNumber, 0)
    }
    try {
      decoder?.close()
    } catch {
      // A decoder that reported an error is closed already.
    }
  }

  private onPicture(picture: P): void {
    const now = this.handlers.now()
    this.errors = 0
    this.tryingHardware = false
    let frameNumber = 0
    for (;;) {
      const first = this.inside[0]
      if (!first || first.timestamp > picture.timestamp) break
      this.inside.shift()
      frameNumber = first.frameNumber
      if (first.timestamp === picture.timestamp) this.times.add(now - first.since)
      else this.framesDropped++
    }
    this.framesDecoded++
    if (frameNumber > 0) this.handlers.credit(frameNumber, this.inside.length)
    this.handlers.onPicture(picture)
    if (now >= this.hardwareAgainAt) this.tryHardware()
  }

  /** A graphics driver that was reset works again. Where it does not, its first failure leads back. */
  private tryHardware(): void {
    this.hardwareAgainAt = Number.POSITIVE_INFINITY
    this.acceleration = 'no-preference'
    this.tryingHardware = true
    this.startOver()
  }

  private useSoftware(): void {
    if (this.acceleration === 'prefer-software') return
    this.acceleration = 'prefer-software'
    this.tryingHardware = false
    this.hardwareAgainAt = this.handlers.now() + this.softwareFor
    this.softwareFor = Math.min(softwareMs.most, this.softwareFor * 2)
  }

  private onError(error: Error): void {
    if (this.over) return
    this.errors++
    // The first remedy is a fresh decoder, the second one in software.
    if (this.errors >= 2 || this.tryingHardware) this.useSoftware()
    this.startOver()
    if (this.errors >= maximumErrors) {
      this.over = true
      this.handlers.onFailed(`${error.name}: ${error.message}`)
    }
  }

  /** Drops everything and waits for a key frame. */
  private startOver(): void {
    this.closeDecoder()
    this.waitingForKeyFrame = true
    this.askForKeyFrame()
  }

  private isOverloaded(): boolean {
    const now = this.handlers.now()
    if (this.inside.length <= overloadFrames) this.overloadedSince = null
    else this.overloadedSince ??= now
    return this.overloadedSince !== null && now - this.overloadedSince > overloadMs
  }

  private drop(unit: VideoUnit): void {
    this.framesDropped++
    this.handlers.credit(unit.frameNumber, this.inside.length)
  }

  private askForKeyFrame(): void {
    const now = this.handlers.now()
    if (now - this.keyFrameAskedAt < keyFrameAgainMs) return
    this.keyFrameAskedAt = now
    this.handlers.requestKeyFrame()
  }
}
