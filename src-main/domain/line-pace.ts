/**
 * Which video a host is asked for, by what the line carries: down as soon as the line stays too narrow, up again after a
 * measurement. Without clock or network: times are the caller's, in ms.
 */
import { leastKbps, type LineFacts, type VideoRequest } from '../shared/model/desktop.ts'
import { videoFor } from './picture-ladder.ts'

/** What a measurement of the line came to. */
export interface LineMeasurement {
  carriedKbps: number
  /** The line is faster than what was sent. */
  atLeast: boolean
}

/** What a host can do while it streams: take another rate, or nothing, so that its stream is resumed. */
export type HostPace = 'live' | 'resume'

export type PaceStep = { kind: 'measure' } | { kind: 'ask'; video: VideoRequest; by: HostPace }

/** Of what a line carries, what video may take: input, sound and bursts need the rest. */
const videoShare = 0.8
/** Twice in a row: the relay has seen it standing before it says so. */
const lastingMs = 500
/** A rate that fits, and a queue that never empties for so long: the host sends more than it was asked for. */
const overrunMs = 5000
const overrunStep = 0.75
/** How long the queue has to stay empty before more is tried. */
const quietMs = 4000
const emptyQueueMs = 60
/** Pictures that take less of their rate prove nothing: the page is still. */
const busyShare = 0.35
const busyForMs = 2000
/** Until the line's figures are those of the new rate. */
const settleMs = 1000
/** A higher rate that is too much shows so within this time. */
const provedMs = 10_000
/** Between attempts at more: doubled by each that was in vain. */
const attemptMs = { first: 4000, most: 8000 }
/** The line has just been measured. */
const firstAttemptMs = 8000
const liveEveryMs = 2000
/** A resume is seen: there is one in this time at most, and none for a trifle. */
const resumeEveryMs = 10_000
const worthDown: Record<HostPace, number> = { live: 0.9, resume: 0.8 }
const worthUp: Record<HostPace, number> = { live: 1.1, resume: 1.5 }
/** All of what the user wants. */
const worthAll: Record<HostPace, number> = { live: 1.05, resume: 1.2 }
const measuredForMs = 4000
/** Where the line cannot be measured; a resume is no way to try. */
const blindStep: Record<HostPace, number> = { live: 1.5, resume: 1 }
/** The line took all that was sent: it carries perhaps so many times as much. */
const wideStep = 2
/** The line is called weak, or no longer so, once that has lasted. */
const weakAfterMs = 3000

export class LinePace {
  private readonly asked: VideoRequest
  private present: VideoRequest
  /** What the line was found to carry at the last decision, kbit/s; null: enough, or not known. */
  private carriedKbps: number | null = null
  private changedAt = Number.NEGATIVE_INFINITY
  private resumedAt = Number.NEGATIVE_INFINITY
  private risenAt: number | null = null
  private narrowSince: number | null = null
  private queuedSince: number | null = null
  private quietSince: number | null = null
  private busyAt = Number.NEGATIVE_INFINITY
  /** Null before the first look. */
  private attemptAt: number | null = null
  private attemptPause = attemptMs.first
  private measuredAt = Number.NEGATIVE_INFINITY
  /** A rate that the line was known to carry was too much. */
  private doubtUntil = Number.NEGATIVE_INFINITY
  private weak = false
  /** A step is being taken. */
  private stepping = false

  /**
   * @param asked by the user
   * @param measured before the start; null: the line could not be measured
   * @param before what was asked for before the connection was lost; null: this is its beginning
   */
  constructor(asked: VideoRequest, measured: LineMeasurement | null, before: VideoRequest | null = null) {
    this.asked = asked
    this.present = before ?? asked
    if (measured === null) return
    this.present = this.videoOf(measured.carriedKbps * (measured.atLeast ? wideStep : videoShare))
    if (this.isBelowAsked) this.carriedKbps = measured.carriedKbps
  }

  /** What the host is asked for now. */
  get video(): VideoRequest {
    return this.present
  }

  /** What the line carried when less than the user wants was chosen, kbit/s; null: all of it is asked for. */
  get lineKbps(): number | null {
    const { carriedKbps } = this
    return this.isBelowAsked && carriedKbps !== null && carriedKbps >= this.present.bitrateKbps
      ? carriedKbps
      : null
  }

  /** The line is too narrow for what is asked for now, and has been for a while. */
  get isWeak(): boolean {
    return this.weak
  }

  /**
   * Looks at the line.
   * @param usedKbps of the video that came in the last second
   * @returns what has to be done now; the caller reports how that ended
   */
  look(now: number, line: LineFacts | null, usedKbps: number, host: HostPace): PaceStep | null {
    this.attemptAt ??= now + firstAttemptMs
    if (this.risenAt !== null && now - this.risenAt >= provedMs) {
      this.risenAt = null
      this.attemptPause = attemptMs.first
    }
    if (line === null || this.stepping || now - this.changedAt < settleMs) return null
    if (usedKbps >= this.present.bitrateKbps * busyShare) this.busyAt = now
    if (line.queueMs > emptyQueueMs) this.queuedSince ??= now
    else this.queuedSince = null
    // A measurement fills the line for a moment, and the relay calls it narrow for a while.
    const byMeasuring = now - this.measuredAt < measuredForMs && this.queuedSince === null
    if (line.narrow && !byMeasuring) {
      this.quietSince = null
      this.narrowSince ??= now
      if (this.queuedSince !== null && now - this.queuedSince >= weakAfterMs) this.weak = true
      if (this.risenAt !== null && this.queuedSince !== null) {
        this.doubtUntil = this.failAttempt(now)
      }
      return this.lower(now, line, host)
    }
    this.narrowSince = null
    if (this.queuedSince !== null) this.quietSince = null
    else this.quietSince ??= now
    if (this.quietSince !== null && now - this.quietSince >= weakAfterMs) this.weak = false
    if (!this.mayHaveMore(now)) return null
    // A measurement that was in vain may have shown it all the same.
    const known = this.fitting(line.carriedKbps)
    if (now >= this.doubtUntil && this.isWorth(known, host)) {
      this.carriedKbps = line.carriedKbps
      return this.ask(now, known, host)
    }
    return this.attemptAt !== null && now >= this.attemptAt ? this.take({ kind: 'measure' }) : null
  }

  /** The line was measured, as `look` wanted; null: that was not possible. @returns what has to be done now */
  measured(now: number, measured: LineMeasurement | null, host: HostPace): PaceStep | null {
    this.stepping = false
    this.measuredAt = now
    const { bitrateKbps } = this.present
    const possible =
      measured === null
        ? bitrateKbps * blindStep[host]
        : measured.atLeast
          ? Math.max(bitrateKbps * wideStep, measured.carriedKbps * videoShare)
          : measured.carriedKbps * videoShare
    if (measured) this.carriedKbps = measured.carriedKbps
    const video = this.videoOf(possible)
    // Too early for a resume, perhaps: it is known then, and asked for later.
    if (this.isWorth(video, host)) {
      this.attemptAt = now + attemptMs.first
      return this.ask(now, video, host)
    }
    this.failAttempt(now)
    return null
  }

  /** What `ask` wanted was done. */
  changed(now: number, video: VideoRequest, by: HostPace): void {
    const before = this.present
    this.stepping = false
    this.present = video
    this.changedAt = now
    if (by === 'resume') this.resumedAt = now
    this.narrowSince = null
    this.queuedSince = null
    this.quietSince = null
    if (video.bitrateKbps <= before.bitrateKbps) {
      this.risenAt = null
      return
    }
    // A line that has grown is seldom measured to its full width at once.
    this.risenAt = now
    this.attemptAt = now + attemptMs.first
  }

  /** The host does not answer: it is looked at again. */
  unanswered(): void {
    this.stepping = false
  }

  /** The host cannot do it live. @returns what has to be done now */
  refused(now: number, video: VideoRequest): PaceStep | null {
    this.stepping = false
    const share = video.bitrateKbps / this.present.bitrateKbps
    return share > worthDown.resume && share < worthUp.resume ? null : this.ask(now, video, 'resume')
  }

  private get isBelowAsked(): boolean {
    return this.present.bitrateKbps < this.asked.bitrateKbps
  }

  private lower(now: number, line: LineFacts, host: HostPace): PaceStep | null {
    if (this.narrowSince === null || now - this.narrowSince < lastingMs) return null
    const { bitrateKbps } = this.present
    const fits = line.carriedKbps * videoShare
    const overruns = this.queuedSince !== null && now - this.queuedSince >= overrunMs
    if (fits > bitrateKbps * worthDown[host] && !overruns) return null
    const video = this.videoOf(Math.min(fits, overruns ? bitrateKbps * overrunStep : fits))
    if (isSame(video, this.present) || video.bitrateKbps > bitrateKbps) return null
    const step = this.ask(now, video, host)
    if (step) this.carriedKbps = line.carriedKbps
    return step
  }

  private mayHaveMore(now: number): boolean {
    if (!this.isBelowAsked || this.quietSince === null) return false
    return now - this.quietSince >= quietMs && now - this.busyAt < busyForMs
  }

  private isWorth({ bitrateKbps }: VideoRequest, host: HostPace): boolean {
    const worth = bitrateKbps === this.asked.bitrateKbps ? worthAll : worthUp
    return bitrateKbps >= this.present.bitrateKbps * worth[host]
  }

  private mayAsk(now: number, by: HostPace): boolean {
    return now - this.changedAt >= liveEveryMs && (by === 'live' || now - this.resumedAt >= resumeEveryMs)
  }

  /** By a resume where more than the rate changes, and as often as that may be. */
  private ask(now: number, video: VideoRequest, host: HostPace): PaceStep | null {
    const { bitrateKbps } = video
    const onlyRate = { ...this.present, bitrateKbps }
    const by: HostPace = host === 'live' && isSame(video, onlyRate) ? 'live' : 'resume'
    if (this.mayAsk(now, by)) return this.take({ kind: 'ask', video, by })
    if (host === 'resume' || !this.mayAsk(now, 'live') || isSame(onlyRate, this.present)) return null
    return this.take({ kind: 'ask', video: onlyRate, by: 'live' })
  }

  /** @returns when the next attempt may be */
  private failAttempt(now: number): number {
    this.risenAt = null
    this.attemptPause = Math.min(attemptMs.most, this.attemptPause * 2)
    this.attemptAt = now + this.attemptPause
    return this.attemptAt
  }

  private take(step: PaceStep): PaceStep {
    this.stepping = true
    return step
  }

  private fitting(carriedKbps: number): VideoRequest {
    return this.videoOf(carriedKbps * videoShare)
  }

  private videoOf(kbps: number): VideoRequest {
    return videoFor(this.asked, Math.round(Math.max(leastKbps, kbps)), this.present)
  }
}

const isSame = (one: VideoRequest, other: VideoRequest): boolean =>
  one.width === other.width &&
  one.height === other.height &&
  one.fps === other.fps &&
  one.bitrateKbps === other.bitrateKbps
