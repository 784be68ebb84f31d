/** One stream from start to end: the addon's session, the attached page (or counter), facts once a second. */
import { fail, toFailure, type Failure } from '../shared/errors.ts'
import type { StreamFacts } from '../shared/model/desktop.ts'
import {
  encodeMessage,
  flagKeyFrame,
  messageType,
  type StreamConfiguration,
  type StreamEvent,
} from '../shared/stream-port.ts'
import type { NativeAddon, StreamSession, StreamSessionEvent, StreamStart } from '../protocols/native.ts'
import { turnHorizontalWheel } from '../shared/stream-input.ts'
import { KeyFrameRequests } from './key-frame-requests.ts'
import { FramePort, type AttachPage, type FramePortTransport } from './frame-port.ts'
import type { FromStreamProcess } from './messages.ts'

const factsEveryMs = 1000
const text = new TextEncoder()

/** Stages in which the host has not sent anything of the stream yet: a failure there is one of the launch. */
const handshakeStages = new Set(['RTSP handshake', 'name resolution', 'platform initialization'])

const isKeyFrame = (message: Uint8Array): boolean =>
  message[1] === messageType.video && ((message[2] ?? 0) & flagKeyFrame) !== 0

export class StreamRunner {
  private readonly session: StreamSession
  private readonly say: (message: FromStreamProcess) => void
  private readonly keyFrames: KeyFrameRequests
  private port: FramePort | null = null
  private counting = false
  private configuration: StreamConfiguration | null = null
  private failedStage: { name: string; code: number } | null = null
  private terminated = false
  private factsTimer: NodeJS.Timeout | null = null
  private lastBytes = 0
  private lastTime = performance.now()
  private bitrateKbps = 0
  private portDropped = 0
  private weak = false
  private wheelIsTurned = false
  private lastFrames = 0
  /** The host was asked for a picture since the last one came. */
  private askedForPicture = false

  constructor(addon: Pick<NativeAddon, 'StreamSession'>, say: (message: FromStreamProcess) => void) {
    this.say = say
    this.session = new addon.StreamSession({
      onMessage: (message) => {
        if (isKeyFrame(message)) this.keyFrames.came()
        this.port?.send(message)
      },
      onEvent: (event) => this.onEvent(event),
    })
    this.keyFrames = new KeyFrameRequests(() => this.session.requestKeyFrame())
  }

  /** @param wheelIsTurned the host takes right for left */
  async start(start: StreamStart, wheelIsTurned = false): Promise<void> {
    this.wheelIsTurned = wheelIsTurned
    try {
      const code = await this.session.start(start)
      if (code !== 0) return this.say({ type: 'failed', failure: this.startFailure(code) })
      const { width, height, fps } = start
      this.configuration ??= { codec: 'H.264', width, height, fps }
      this.say({ type: 'connected', configuration: this.configuration })
      this.sendConfiguration()
      this.factsTimer = setInterval(() => {
        this.askForPicture()
        this.sayFacts()
      }, factsEveryMs)
    } catch (error) {
      this.say({ type: 'failed', failure: toFailure(error) })
    }
  }

  /** Takes a page's transport; an earlier page is closed. */
  attach(transport: FramePortTransport): ReturnType<AttachPage> {
    this.detach('replaced')
    const port = new FramePort(transport, {
      onInput: (payload) => {
        const sent = Buffer.from(payload)
        if (this.wheelIsTurned) turnHorizontalWheel(sent)
        this.session.sendInput(sent)
      },
      requestKeyFrame: () => this.keyFrames.ask(),
    })
    this.port = port
    this.sendConfiguration()
    this.keyFrames.ask()
    return {
      receive: (message) => port.receive(message),
      gone: () => {
        if (this.port === port) this.detach('gone')
      },
    }
  }

  /** The way dropped frames, and has room for a key frame now. */
  requestKeyFrame(): void {
    this.keyFrames.askAtOnce()
  }

  /** Without a page: frames are counted and dropped. */
  attachCounter(): void {
    this.counting = true
  }

  /** Ends the stream; settles when the library is down. */
  async stop(): Promise<void> {
    if (this.factsTimer) {
      clearInterval(this.factsTimer)
      // What came since the last word counts too.
      this.sayFacts()
    }
    this.keyFrames.stop()
    await this.session.stop()
    this.detach('ended')
  }

  private detach(reason: string): void {
    if (this.port === null) return
    this.portDropped += this.port.counters.framesDropped
    this.port.dispose(reason)
    this.port = null
  }

  private onEvent(event: StreamSessionEvent): void {
    switch (event.type) {
      case 'stage':
        if (event.status === 'failed') this.failedStage = { name: event.name, code: event.code }
        this.say(event)
        return
      case 'video-format': {
        const { codec, width, height, fps } = event
        this.configuration = { codec, width, height, fps }
        this.sendConfiguration()
        return
      }
      case 'terminated':
        if (this.terminated) return
        this.terminated = true
        this.sendEvent({ type: 'terminated', code: event.code })
        this.sayFacts()
        this.say({ type: 'terminated', code: event.code })
        return
      case 'quality':
        this.weak = event.code !== 0
        this.sayFacts()
    }
  }

  private startFailure(code: number): Failure {
    const stage = this.failedStage?.name ?? 'unknown stage'
    const evidence = [
      { label: 'stage', value: stage },
      { label: 'code', value: String(this.failedStage?.code ?? code) },
    ]
    if (handshakeStages.has(stage)) {
      return fail('launch-refused', 'host-refused', { evidence }).failure
    }
    return fail('stream-timeout', 'not-started', { evidence }).failure
  }

  private sendConfiguration(): void {
    if (!this.port || !this.configuration) return
    this.port.send(encodeMessage(messageType.configuration, text.encode(JSON.stringify(this.configuration))))
  }

  private sendEvent(event: StreamEvent): void {
    this.port?.send(encodeMessage(messageType.event, text.encode(JSON.stringify(event))))
  }

  private sayFacts(): void {
    const statistics = this.session.statistics()
    const elapsed = performance.now() - this.lastTime
    // Over a short time the figure would mean nothing.
    if (elapsed > factsEveryMs / 2) {
      this.bitrateKbps = ((statistics.videoBytes - this.lastBytes) * 8) / elapsed
      this.lastBytes = statistics.videoBytes
      this.lastTime += elapsed
    }
    const dropped = this.counting ? 0 : this.portDropped + (this.port?.counters.framesDropped ?? 0)
    const facts: StreamFacts = {
      ...(this.configuration ?? { codec: null, width: 0, height: 0, fps: 0 }),
      framesReceived: statistics.framesReceived,
      framesDropped: statistics.framesDropped + dropped,
      bitrateKbps: this.bitrateKbps,
      roundTripMs: statistics.roundTripMs,
      weak: this.weak,
    }
    this.say({ type: 'facts', facts })
  }

  /** A host may pause on a still picture: one that is there answers with a key frame. */
  private askForPicture(): void {
    const frames = this.session.statistics().framesReceived
    const came = frames !== this.lastFrames
    this.lastFrames = frames
    if (!came && frames > 0 && !this.askedForPicture) this.keyFrames.ask(0)
    this.askedForPicture = !came
  }
}
