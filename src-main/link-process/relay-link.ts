/** One relay on one node with its endpoint: the channel, the streams inside it, the facts about it. */
import { asText } from '../shared/texts/index.ts'
import { fail, toFailure, type Failure } from '../shared/errors.ts'
import type { LineFacts, LinkFacts, RelayPlace } from '../shared/model/desktop.ts'
import { rewriteExchange } from '../protocols/gamestream/rtsp-rewrite.ts'
import type { Endpoint, NativeAddon, RelayFrame } from '../protocols/native.ts'
import type { LoginTimer } from '../protocols/ssh/connect.ts'
import type { ExecChannel } from '../protocols/ssh/connection.ts'
import type { RunningProgram } from '../protocols/ssh/exec.ts'
import { lost } from '../protocols/ssh/failures.ts'
import type { JobStep } from '../protocols/slurm/step.ts'
import type { HostShells } from './host-shells.ts'
import type { HostPorts, LinkRequests } from './messages.ts'
import type { PrivateSockets } from './private-sockets.ts'
import { ensureRelay, relayRefused } from './relay-upload.ts'
import { startBridge, startRtspBridge, type RelayStream, type StreamSender } from './tcp-bridge.ts'

const pingEveryMs = 1000
/** A relay that answers no ping for this long is lost (a real host gives up after 5 s without a word). */
const silenceMs = 8000
const maximumErrorText = 4096
/** What a measurement sends at most, and for how long. */
const measured = { bytes: 1024 * 1024, ms: 400 }

type LineMeasurement = NonNullable<LinkRequests['measure-line']['output']>

export interface RelayOptions {
  ports: HostPorts
  maximumUnacknowledgedBytes: number
  /** The job in which it runs; null: on the host of the shells. */
  step: JobStep | null
  deadlineMs: number
}

export interface RelayLinkEvents {
  onLost(failure: Failure): void
  /** Frames were dropped on the way, and there is room for a key frame. */
  onKeyFrameWanted(): void
}

export class RelayLink implements StreamSender {
  private readonly channel: ExecChannel
  private readonly addon: Pick<NativeAddon, 'Endpoint'>
  private readonly endpoint: Endpoint
  private readonly events: RelayLinkEvents
  private readonly streams = new Map<number, RelayStream>()
  private readonly drainListeners: (() => void)[] = []
  private readonly bridges: { close(): void }[] = []
  private nextStream = 1
  private closed = false
  private greeted = false
  private droppedFrames = 0
  private roundTripMs: number | null = null
  private unacknowledgedBytes = 0
  private line: LineFacts | null = null
  /** Takes the answer to the measurement under way; one that comes after its deadline, too. */
  private measuring: ((result: LineMeasurement | null) => void) | null = null
  private lastHeard = performance.now()
  private pingTimer: NodeJS.Timeout | null = null
  private streamKey: Buffer | null = null
  private settle: { resolve(): void; reject(error: Error): void } | null = null
  private readonly program: RunningProgram

  private constructor(
    program: RunningProgram,
    addon: Pick<NativeAddon, 'Endpoint'>,
    events: RelayLinkEvents,
  ) {
    const { channel } = program
    this.channel = channel
    this.program = program
    this.addon = addon
    this.events = events
    this.endpoint = new addon.Endpoint((chunk) => {
      if (!this.closed) channel.write(chunk)
    })
    channel.on('data', (chunk: Buffer) => this.onChunk(chunk))
    channel.on('drain', () => this.drainListeners.splice(0).forEach((listener) => listener()))
    void program.gone.then(() => {
      const { value } = program.end
      if (value) this.lose(`the relay ended with ${value.signal ?? `status ${value.code}`}`)
      else this.lose('the connection ended', true)
    })
    channel.resume()
  }

  /** Starts the relay on the host of the shells, or in a job, and opens the local ports. */
  static async open(
    shells: Pick<HostShells, 'run' | 'become'>,
    addon: Pick<NativeAddon, 'Endpoint'>,
    sockets: PrivateSockets,
    options: RelayOptions,
    startTimer: (ms: number) => LoginTimer,
    events: RelayLinkEvents,
  ): Promise<{
    link: RelayLink
    place: RelayPlace
    local: LinkRequests['open-relay']['output']['local']
  }> {
    const { step, deadlineMs } = options
    const { command, place } = await ensureRelay(shells, step, deadlineMs)
    const timer = startTimer(deadlineMs)
    const refused = (said: string): Error => relayRefused('not-run', said)
    const opened = await shells.become(command, { step, timer, refused })
    const link = new RelayLink(opened, addon, events)
    try {
      const started = new Promise<void>((resolve, reject) => (link.settle = { resolve, reject }))
      link.channel.write(
        addon.Endpoint.startFrame({
          ...options.ports,
          maximumUnacknowledgedBytes: options.maximumUnacknowledgedBytes,
        }),
      )
      await timer.race(asText('work.relay'), started)
      const { http, https, web, rtsp } = options.ports
      const keep = async <B extends { close(): void }>(starting: Promise<B>): Promise<B> => {
        const bridge = await starting
        if (link.closed) bridge.close()
        else link.bridges.push(bridge)
        return bridge
      }
      const [a, b, c, d] = await Promise.all([
        keep(startBridge('http', http, link, sockets)),
        keep(startBridge('https', https, link, sockets)),
        keep(startBridge('web', web, link, sockets)),
        keep(startRtspBridge(rtsp, link, (request, answer) => link.rewrite(request, answer))),
      ])
      link.settle = null
      if (link.closed) throw lost('node')
      link.pingTimer = setInterval(() => link.ping(), pingEveryMs)
      link.ping()
      return { link, place, local: { http: a.path, https: b.path, web: c.path, rtsp: d.port } }
    } catch (error) {
      link.close()
      for (const bridge of link.bridges) bridge.close()
      throw error
    }
  }

  /** Sets the key of the coming stream; null when its RTSP is plain. */
  prepareStream(key: Buffer | null): void {
    this.streamKey = key
  }

  facts(): LinkFacts {
    const { receivedBytes, sentBytes } = this.endpoint.statistics()
    return {
      roundTripMs: this.roundTripMs,
      unacknowledgedBytes: this.unacknowledgedBytes,
      receivedBytes,
      sentBytes,
      droppedFrames: this.droppedFrames,
      line: this.line,
    }
  }

  /**
   * Measures the way by padding, before there is video. The relay sends for 400 ms at most and no more than the way takes.
   * @returns null where the relay does not answer in time, or measures already
   */
  async measure(deadlineMs: number): Promise<LineMeasurement | null> {
    if (this.closed || this.measuring !== null) return null
    const most = Buffer.alloc(8)
    most.writeUInt32LE(measured.bytes, 0)
    most.writeUInt32LE(measured.ms, 4)
    const { promise, resolve } = Promise.withResolvers<LineMeasurement | null>()
    const timer = setTimeout(() => resolve(null), deadlineMs)
    this.measuring = resolve
    this.write('measure', 0, most)
    return promise.finally(() => clearTimeout(timer))
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    if (this.pingTimer) clearInterval(this.pingTimer)
    for (const bridge of this.bridges) bridge.close()
    for (const stream of this.streams.values()) stream.reset()
    this.streams.clear()
    this.measuring?.(null)
    this.endpoint.close()
    this.channel.end()
    this.channel.close()
  }

  // ---- streams (StreamSender) ----

  open(port: number, stream: RelayStream): number | null {
    if (this.closed) return null
    do this.nextStream = (this.nextStream % 65535) + 1
    while (this.streams.has(this.nextStream))
    const id = this.nextStream
    this.streams.set(id, stream)
    const payload = Buffer.alloc(2)
    payload.writeUInt16LE(port)
    this.write('open', id, payload)
    return id
  }

  data(id: number, chunk: Buffer): void {
    const maximum = 32 * 1024
    for (let at = 0; at < chunk.length; at += maximum)
      this.write('data', id, chunk.subarray(at, at + maximum))
  }

  fin(id: number): void {
    if (this.streams.has(id)) this.write('fin', id)
  }

  reset(id: number): void {
    if (this.streams.delete(id)) this.write('reset', id)
  }

  done(id: number): void {
    this.streams.delete(id)
  }

  ready(): boolean {
    return !this.channel.writableNeedDrain
  }

  drained(listener: () => void): void {
    this.drainListeners.push(listener)
  }

  // ---- the channel ----

  private write(
    type: 'open' | 'data' | 'fin' | 'reset' | 'ping' | 'measure',
    stream: number,
    payload?: Buffer,
  ): void {
    if (!this.closed) this.channel.write(this.addon.Endpoint.frame(type, stream, payload))
  }

  private ping(): void {
    if (performance.now() - this.lastHeard > silenceMs) {
      this.lose('the relay did not answer')
      return
    }
    const clock = Buffer.alloc(8)
    clock.writeDoubleLE(performance.now())
    this.write('ping', 0, clock)
  }

  private onChunk(chunk: Buffer): void {
    if (this.closed) return
    this.lastHeard = performance.now()
    try {
      for (const frame of this.endpoint.receive(chunk)) this.onFrame(frame)
    } catch (error) {
      this.lose(error instanceof Error ? error.message : String(error))
    }
  }

  private onFrame(frame: RelayFrame): void {
    const stream = this.streams.get(frame.stream)
    switch (frame.type) {
      case 'hello':
        this.checkHello(frame.payload)
        return
      case 'started':
        // A wrong HELLO has settled this already.
        if (this.greeted) this.settle?.resolve()
        return
      case 'opened':
        stream?.opened()
        return
      case 'refused':
        this.streams.delete(frame.stream)
        stream?.refused()
        return
      case 'data':
        stream?.data(frame.payload)
        return
      case 'fin':
        stream?.fin()
        return
      case 'reset':
        this.streams.delete(frame.stream)
        stream?.reset()
        return
      case 'pong':
        this.onPong(frame.payload)
        return
      case 'dropped':
        if (frame.payload.length === 4) this.droppedFrames = frame.payload.readUInt32LE(0)
        return
      case 'line':
        this.onLine(frame.payload)
        return
      case 'wanted':
        this.events.onKeyFrameWanted()
        return
      case 'measured':
        this.onMeasured(frame.payload)
        return
      case 'error':
        this.lose(`the relay reports: ${frame.payload.toString('utf8').slice(0, 200)}`)
    }
  }

  private onPong(payload: Buffer): void {
    if (payload.length !== 16) return
    this.roundTripMs = performance.now() - payload.readDoubleLE(0)
    this.unacknowledgedBytes = payload.readUInt32LE(8)
  }

  /** u8 whether it is narrow, u32 kbit/s, u32 µs of path, u32 µs of queue. */
  private onLine(payload: Buffer): void {
    if (payload.length !== 13) return
    this.line = {
      narrow: payload.readUInt8(0) === 1,
      carriedKbps: payload.readUInt32LE(1),
      pathMs: payload.readUInt32LE(5) / 1000,
      queueMs: payload.readUInt32LE(9) / 1000,
    }
  }

  /** u8 whether it carries no more, u32 kbit/s, u32 µs of path. */
  private onMeasured(payload: Buffer): void {
    const measuring = this.measuring
    if (payload.length !== 9 || measuring === null) return
    this.measuring = null
    measuring({
      carriedKbps: payload.readUInt32LE(1),
      pathMs: payload.readUInt32LE(5) / 1000,
      atLeast: payload.readUInt8(0) === 0,
    })
  }

  private checkHello(payload: Buffer): void {
    const version = payload.length >= 2 ? payload.readUInt16LE(0) : 0
    const build = payload.subarray(2).toString('latin1')
    const { protocolVersion, buildId } = this.addon.Endpoint
    this.greeted = true
    if (version === protocolVersion && build === buildId) return
    this.settle?.reject(
      fail('relay-refused', 'other-build', {
        evidence: [{ label: 'relay', value: `version ${version}, build ${build.slice(0, 64)}` }],
      }),
    )
  }

  private rewrite(request: Buffer, answer: Buffer): Buffer {
    const result = rewriteExchange(request, answer, this.streamKey, this.endpoint.ports())
    this.endpoint.expect(result.expectation)
    return result.answer
  }

  /** @param connectionEnded the relay itself is not to blame */
  private lose(reason: string, connectionEnded = false): void {
    if (this.closed) return
    const text = this.program.errors().slice(-maximumErrorText).trim()
    const said = text ? `${reason}: ${text}` : reason
    this.close()
    if (!this.settle) this.events.onLost(toFailure(lost('node', said)))
    else if (connectionEnded) this.settle.reject(lost('node', said))
    else this.settle.reject(relayRefused('not-run', said))
  }
}
