/**
 * One stream from start to end: the addon's session, the attached page (or counter), facts once a second. It may be paused and
 * started again with other values: the page keeps its port, and sees the numbers of frames continue.
 */
import { fail, toFailure, type Failure } from '../shared/errors.ts'
import type { StreamFacts } from '../shared/model/desktop.ts'
import {
  encodeMessage,
  flagKeyFrame,
  messageType,
  type StreamConfiguration,
  type StreamEvent,
} from '../shared/stream-port.ts'
import type {
  NativeAddon,
  StreamSession,
  StreamSessionEvent,
  StreamStart,
  StreamStatistics,
} from '../protocols/native.ts'
import { turnHorizontalWheel } from '../shared/stream-input.ts'
import { KeyFrameRequests } from './key-frame-requests.ts'
import { FramePort, type AttachPage, type FramePortTransport } from './frame-port.ts'
import type { FromStreamProcess } from './messages.ts'

const factsEveryMs = 1000
/** Input that waits for a stream that is paused: what a person does in some seconds. */
const mostHeldInput = 1000
const text = new TextEncoder()

/** Stages in which the host has not sent anything of the stream yet: a failure there is one of the launch. */
const handshakeStages = new Set(['RTSP handshake', 'name resolution', 'platform initialization'])

const isKeyFrame = (message: Uint8Array): boolean => ((message[2] ?? 0) & flagKeyFrame) !== 0

export class StreamRunner {
  private readonly addon: Pick<NativeAddon, 'StreamSession'>
  private session: StreamSession
  /** Of the sessions before. */
  private earlier: Pick<StreamStatistics, 'framesReceived' | 'framesDropped' | 'videoBytes'> = {
    ...{ framesReceived: 0, framesDropped: 0, videoBytes: 0 },
  }
  private lastFrameNumber = 0
  /** What the numbers of the session's frames are counted from. */
  private framesBefore = 0
  /** Between `pause` and the next start. */
  private paused = false
  /** What the page sent since the stream was paused; null: it runs again. */
  private heldInput: Buffer[] | null = null
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
    this.addon = addon
    this.say = say
    this.session = this.newSession()
    this.keyFrames = new KeyFrameRequests(() => {
      if (this.heldInput === null) this.session.requestKeyFrame()
    })
  }

  /** @param wheelIsTurned the host takes right for left */
  async start(start: StreamStart, wheelIsTurned = false): Promise<void> {
    this.wheelIsTurned = wheelIsTurned
    if (this.paused) {
      this.earlier = this.statistics()
      this.session = this.newSession()
      this.paused = false
    }
    try {
      const code = await this.session.start(start)
      if (code !== 0) return this.say({ type: 'failed', failure: this.startFailure(code) })
      const { width, height, fps } = start
      this.configuration ??= { codec: 'H.264', width, height, fps }
      this.say({ type: 'connected', configuration: this.configuration })
      this.sendConfiguration()
      const held = this.heldInput ?? []
      this.heldInput = null
      for (const payload of held) this.session.sendInput(payload)
      this.lastTime = performance.now()
      this.lastBytes = this.earlier.videoBytes
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
        if (this.heldInput === null) this.session.sendInput(sent)
        else if (this.heldInput.length < mostHeldInput) this.heldInput.push(sent)
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

  /** Ends the connection and keeps the page: its input is held back until the next start. The host releases what is pressed. */
  async pause(): Promise<void> {
    if (this.paused) return
    this.paused = true
    this.heldInput = []
    this.endFacts()
    this.weak = false
    this.configuration = null
    await this.session.stop()
    this.say({ type: 'paused' })
  }

  /** Ends the stream; settles when the library is down. */
  async stop(): Promise<void> {
    this.endFacts()
    this.keyFrames.stop()
    await this.session.stop()
    this.detach('ended')
  }

  private newSession(): StreamSession {
    this.framesBefore = this.lastFrameNumber
    this.terminated = false
    this.failedStage = null
    const session: StreamSession = new this.addon.StreamSession({
      onMessage: (message) => this.session === session && this.take(message),
      onEvent: (event) => this.session === session && this.onEvent(event),
    })
    return session
  }

  /** A host counts each stream's frames from 1; the page acknowledges by number. */
  private take(message: Buffer): void {
    if (message[1] === messageType.video) {
      if (isKeyFrame(message)) this.keyFrames.came()
      this.lastFrameNumber = this.framesBefore + message.readUInt32LE(4)
      message.writeUInt32LE(this.lastFrameNumber, 4)
    }
    this.port?.send(message)
  }

  private endFacts(): void {
    if (!this.factsTimer) return
    clearInterval(this.factsTimer)
    this.factsTimer = null
    // What came since the last word counts too.
    this.sayFacts()
  }

  /** Of all sessions. */
  private statistics(): StreamStatistics {
    const now = this.session.statistics()
    const { framesReceived, framesDropped, videoBytes } = this.earlier
    return {
      ...now,
      framesReceived: framesReceived + now.framesReceived,
      framesDropped: framesDropped + now.framesDropped,
      videoBytes: videoBytes + now.videoBytes,
    }
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
        if (this.terminated || this.paused) return
        this.terminated = true
        this.sendEvent({ type: 'terminated', code: event.code })
        this.sayFacts()
        this.say({ type: 'terminated', code: event.code })
        return
      case 'quality':
        if (this.paused) return
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
    const statistics = this.statistics()
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
    const frames = this.statistics().framesReceived
    const came = frames !== this.lastFrames
    this.lastFrames = frames
    if (!came && frames > 0 && !this.askedForPicture) this.keyFrames.ask(0)
    this.askedForPicture = !came
  }
}
