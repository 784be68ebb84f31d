/**
 * Notices that no picture comes any more, and asks why: the library itself says so after 10 s alone. The stream's process has asked
 * the host for a picture by then, so that one that pauses on a still picture is not taken for one that is gone.
 */
import type { DesktopSnapshot } from '../../shared/model/desktop.ts'
import type { Text } from '../../shared/texts/index.ts'

const askAfterMs = 1000
const sayAfterMs = 2000

export interface PictureWatchOptions {
  /** Unix ms. */
  now(): number
  /** Asks relay, job and host. @returns why no picture comes; null: that is not known */
  ask(): Promise<Text | null>
  report(silence: DesktopSnapshot['silence']): void
}

export class PictureWatch {
  private readonly options: PictureWatchOptions
  private frames = 0
  /** When pictures were last seen to come; null: none came yet. */
  private lastAt: number | null = null
  /** The silence that lasts. */
  private silence: { cause: Text | null } | null = null

  constructor(options: PictureWatchOptions) {
    this.options = options
  }

  /**
   * @param frames that have come since the stream began
   * @param excused it is known why none comes, and that the host is there: the stream is being changed, or its bytes still arrive
   */
  look(frames: number, excused = false): void {
    const now = this.options.now()
    if (frames !== this.frames || (excused && this.lastAt !== null)) {
      this.frames = frames
      this.lastAt = now
      if (this.silence) this.options.report(null)
      this.silence = null
    } else if (this.lastAt !== null && now - this.lastAt >= askAfterMs) this.stay(now - this.lastAt)
  }

  private stay(ms: number): void {
    if (this.silence === null) {
      const silence: { cause: Text | null } = { cause: null }
      this.silence = silence
      void this.options.ask().then(
        (cause) => {
          silence.cause = cause
        },
        // Closed meanwhile.
        () => undefined,
      )
    }
    if (ms >= sayAfterMs) this.options.report({ seconds: Math.floor(ms / 1000), cause: this.silence.cause })
  }
}
