/** A line, a host and a page on a clock that a test moves: what `LinePace` would see of them, and what it does. */
import {
  LinePace,
  type HostPace,
  type LineMeasurement,
  type PaceStep,
} from '../../../src-main/domain/line-pace.ts'
import type { LineFacts, VideoRequest } from '../../../src-main/shared/model/desktop.ts'

const lookEveryMs = 500
const resumeMs = 1000
/** What an encoder makes of the rate that it was asked for, as a host of GameStream computes it. */
const encodedShare = 0.75
/** Bytes that wait for the line longer than this are dropped by the relay. */
const longestQueueMs = 150
/** Of a still page. */
const stillKbps = 40

export interface Change {
  at: number
  video: VideoRequest
  by: HostPace
  /** How long the page had been still then. */
  stillFor: number
}

export class SimulatedLine {
  now = 0
  readonly changes: Change[] = []
  private readonly pace: LinePace
  private readonly host: HostPace
  private readonly measures: boolean
  private kbps: number
  private queueMs = 0
  private narrowUntil = 0
  private known = { kbps: 0, until: 0 }
  /** By the host, kbit/s. */
  private offered = 0
  private movedAt = 0
  private random: number
  /** A resume under way, until then no picture comes. */
  private resuming: { until: number; video: VideoRequest } | null = null

  constructor(
    asked: VideoRequest,
    { host, measures, seed, kbps }: { host: HostPace; measures: boolean; seed: number; kbps: number },
  ) {
    this.host = host
    this.measures = measures
    this.random = seed
    this.kbps = kbps
    this.pace = new LinePace(asked, this.measure())
  }

  get video(): VideoRequest {
    return this.pace.video
  }

  run({ seconds, kbps, moves }: { seconds: number; kbps: number; moves: boolean }): void {
    this.kbps = kbps
    for (const end = this.now + seconds * 1000; this.now < end;) {
      this.now += lookEveryMs
      if (moves) this.movedAt = this.now
      if (this.resuming) {
        if (this.now < this.resuming.until) continue
        this.pace.changed(this.now, this.resuming.video, 'resume')
        this.resuming = null
        this.queueMs = 0
      }
      const line = this.facts(moves)
      this.take(this.pace.look(this.now, line, Math.min(this.offered, this.kbps), this.host))
    }
  }

  private take(step: PaceStep | null): void {
    if (!step) return
    if (step.kind === 'measure') return this.take(this.pace.measured(this.now, this.measure(), this.host))
    const { video, by } = step
    this.changes.push({ at: this.now, video, by, stillFor: this.now - this.movedAt })
    if (by === 'live') this.pace.changed(this.now, video, 'live')
    else this.resuming = { until: this.now + resumeMs, video }
  }

  private facts(moves: boolean): LineFacts {
    const offered = moves ? this.pace.video.bitrateKbps * encodedShare * this.noise(0.1) : stillKbps
    this.offered = offered
    const more = (offered / this.kbps - 1) * lookEveryMs
    this.queueMs = Math.min(longestQueueMs, Math.max(0, this.queueMs + more))
    // The relay says so once it has stood, and for a while afterwards.
    if (this.queueMs > 60) {
      this.narrowUntil = this.now + 3000
      this.known = { kbps: this.kbps * this.noise(0.1), until: this.now + 30_000 }
    }
    const narrow = this.now < this.narrowUntil
    const seen = Math.min(offered, this.kbps)
    const carriedKbps = this.now < this.known.until ? Math.max(seen, this.known.kbps) : seen
    return { narrow, carriedKbps, pathMs: 20, queueMs: this.queueMs }
  }

  private measure(): LineMeasurement | null {
    if (!this.measures) return null
    const fastest = 24_000
    return { carriedKbps: Math.min(fastest, this.kbps * this.noise(0.1)), atLeast: this.kbps > fastest }
  }

  /** Around 1. */
  private noise(share: number): number {
    // A generator of Lehmer's: the same run for the same seed.
    this.random = (this.random * 48_271) % 2_147_483_647
    return 1 + share * ((this.random / 2_147_483_647) * 2 - 1)
  }
}
