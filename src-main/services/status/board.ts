/** The snapshot of one site: parts are set one by one, the page is notified at most a few times a second. */
import type { Saying } from '../../shared/texts/index.ts'
import { toFailure } from '../../shared/errors.ts'
import { sentenceOf } from '../../shared/failure-text.ts'
import {
  statusParts,
  type Measured,
  type StatusPart,
  type StatusSnapshot,
} from '../../shared/model/status.ts'

/** Changes are gathered for so long: the page has a picture to show. */
const gatherMs = 200

export type PartValue<P extends StatusPart> = NonNullable<StatusSnapshot[P]['value']>
type Answer<P extends StatusPart> = { value: PartValue<P>; invented?: boolean } | null

function emptySnapshot(siteId: string, hasPortal: boolean): StatusSnapshot {
  const nothing = { value: null, source: '', at: null, problem: null, invented: false }
  return {
    siteId,
    hasPortal,
    ...Object.fromEntries(statusParts.map((part) => [part, nothing])),
  } as StatusSnapshot
}

export class StatusBoard {
  private snapshot: StatusSnapshot
  private readonly onChange: (snapshot: StatusSnapshot) => void
  private timer: NodeJS.Timeout | null = null
  private stopped = false

  constructor(siteId: string, hasPortal: boolean, onChange: (snapshot: StatusSnapshot) => void) {
    this.snapshot = emptySnapshot(siteId, hasPortal)
    this.onChange = onChange
  }

  value<P extends StatusPart>(part: P): PartValue<P> | null {
    return this.snapshot[part].value
  }

  set<P extends StatusPart>(part: P, value: PartValue<P>, source: Saying, invented = false): void {
    this.put(part, { value, source, at: Date.now(), problem: null, invented })
  }

  /** The last good value stays, with its age. */
  fail(part: StatusPart, error: unknown, source: Saying): void {
    const { value, at, invented, source: before } = this.snapshot[part] as Measured<unknown>
    this.put(part, {
      value,
      at,
      invented,
      source: value === null ? source : before,
      problem: sentenceOf(toFailure(error)),
    })
  }

  /**
   * Sets a part to what `question` answers; null: there is nothing to set.
   * @throws what it failed with, which the part shows
   */
  async ask<P extends StatusPart>(
    part: P,
    source: Saying,
    question: () => Promise<Answer<P>>,
  ): Promise<void> {
    try {
      const answer = await question()
      if (answer) this.set(part, answer.value, source, answer.invented)
    } catch (error) {
      this.fail(part, error, source)
      throw error
    }
  }

  /** Nothing there, and nothing wrong with that. */
  clear(part: StatusPart, source: Saying): void {
    this.put(part, { value: null, source, at: Date.now(), problem: null, invented: false })
  }

  /** Reports everything again, for a page that came later. */
  report(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null
      if (!this.stopped) this.onChange(this.snapshot)
    }, gatherMs)
  }

  stop(): void {
    this.stopped = true
    if (this.timer) clearTimeout(this.timer)
  }

  private put(part: StatusPart, value: Measured<unknown>): void {
    if (this.stopped) return
    this.snapshot = { ...this.snapshot, [part]: value }
    this.report()
  }
}
