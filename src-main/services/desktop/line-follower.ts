/** Follows the line while a stream runs: looks at it, and asks the host for what `LinePace` decides. */
import { isDeepStrictEqual } from 'node:util'
import { LinePace, type HostPace, type LineMeasurement, type PaceStep } from '../../domain/line-pace.ts'
import { toFailure, type Failure } from '../../shared/errors.ts'
import {
  mostPaceChanges,
  type LinkFacts,
  type Pace,
  type PaceChange,
  type VideoRequest,
} from '../../shared/model/desktop.ts'

const lookEveryMs = 500

export interface LineFollowerOptions {
  /** By the user. */
  asked: VideoRequest
  /** Before the start; null: the line could not be measured. */
  measured: LineMeasurement | null
  /** What the stream was before its connection was lost; null: this is its beginning. */
  before: Pace | null
  /** Unix ms. */
  now(): number
  facts(): Promise<LinkFacts | null>
  /** Video that came in the last second, kbit/s. */
  usedKbps(): number
  /** Sends over the line for a moment; null: it cannot be measured now. */
  measure(): Promise<LineMeasurement | null>
  /** Another rate for the stream that runs. @returns false: the host cannot @throws it does not answer */
  changeLive(kbps: number): Promise<boolean>
  /** Resumes the stream with other values. @throws VizlinkError the stream is over */
  resume(video: VideoRequest): Promise<void>
  report(pace: Pace): void
  onLost(failure: Failure): void
}

export class LineFollower {
  private readonly options: LineFollowerOptions
  private readonly pace: LinePace
  private readonly changes: PaceChange[]
  private host: HostPace = 'live'
  private changingSince: number | null = null
  private shown: Pace | null = null
  private timer: NodeJS.Timeout | null = null
  private looking = false
  private over = false

  constructor(options: LineFollowerOptions) {
    this.options = options
    const { asked, measured, before } = options
    this.pace = new LinePace(asked, measured, before && videoOf(before))
    this.changes = before ? [...before.changes] : []
  }

  /** What the host is asked for now. */
  get video(): VideoRequest {
    return this.pace.video
  }

  /** Begins once the stream runs. */
  start(): void {
    if (this.over) return
    this.show()
    this.timer = setInterval(() => void this.look(), lookEveryMs)
  }

  stop(): void {
    if (this.changingSince !== null) {
      this.changingSince = null
      this.show()
    }
    this.over = true
    if (this.timer) clearInterval(this.timer)
  }

  private async look(): Promise<void> {
    if (this.looking) return
    this.looking = true
    try {
      const facts = await this.options.facts()
      const line = facts?.line ?? null
      const step = this.over
        ? null
        : this.pace.look(performance.now(), line, this.options.usedKbps(), this.host)
      if (step) await this.take(step)
      this.show()
    } catch (error) {
      if (this.over) return
      this.stop()
      this.options.onLost(toFailure(error))
    } finally {
      this.looking = false
    }
  }

  private async take(step: PaceStep): Promise<void> {
    const { pace, options } = this
    let next: PaceStep | null = null
    if (step.kind === 'measure') {
      const measured = await options.measure().catch(() => null)
      next = pace.measured(performance.now(), measured, this.host)
    } else if (step.by === 'resume') {
      await this.resume(step.video)
      this.changed(step)
    } else {
      const taken = await options.changeLive(step.video.bitrateKbps).catch(() => null)
      if (taken === null) return pace.unanswered()
      if (taken) return this.changed(step)
      this.host = 'resume'
      next = pace.refused(performance.now(), step.video)
    }
    if (next && !this.over) await this.take(next)
  }

  private changed({ video, by }: Extract<PaceStep, { kind: 'ask' }>): void {
    const { width, height, fps, bitrateKbps } = video
    this.pace.changed(performance.now(), video, by)
    this.changes.push({ at: this.options.now(), width, height, fps, bitrateKbps, by })
    if (this.changes.length > mostPaceChanges) this.changes.shift()
  }

  private async resume(video: VideoRequest): Promise<void> {
    this.changingSince = this.options.now()
    this.show()
    try {
      await this.options.resume(video)
    } finally {
      this.changingSince = null
    }
  }

  private show(): void {
    if (this.over) return
    const { pace, changingSince, changes } = this
    const { width, height, fps, bitrateKbps } = pace.video
    const { asked } = this.options
    const askedKbps = asked.bitrateKbps
    const shown: Pace = {
      ...{ askedKbps, width, height, fps, bitrateKbps, changingSince },
      why: bitrateKbps < askedKbps ? 'line' : 'asked',
      lineKbps: pace.lineKbps,
      isSmaller: width < asked.width,
      weak: pace.isWeak,
      changes: [...changes],
    }
    if (isDeepStrictEqual(shown, this.shown)) return
    this.shown = shown
    this.options.report(shown)
  }
}

const videoOf = ({ width, height, fps, bitrateKbps }: Pace): VideoRequest => ({
  ...{ width, height, fps, bitrateKbps },
})
