/** Looks at many things side by side: each with its own deadline, one that fails never stops another. */
import type { Place } from '../../shared/model/site-check.ts'
import type { Saying } from '../../shared/texts/index.ts'
import { asText, translate, type Text } from '../../shared/texts/index.ts'
import type { Seen } from '../observations.ts'
import { excerpt } from '../../shared/bounds.ts'
import { VizlinkError, type Failure } from '../../shared/errors.ts'
import { evidenceLabel, sentenceOf } from '../../shared/failure-text.ts'

/** A look that cannot be taken, for a reason of the catalogue. */
export class NotSeen extends Error {
  readonly reason: Text

  constructor(reason: Text) {
    super(translate(reason, 'en'))
    this.reason = reason
  }
}

/** Why something could not be looked at, in a sentence and what was seen. */
export function reasonOf(error: unknown): Saying {
  if (error instanceof NotSeen) return error.reason
  if (error instanceof VizlinkError) return sayingOf(error.failure)
  return excerpt(error instanceof Error ? error.message : String(error))
}

function sayingOf(failure: Failure): Saying {
  const seen = excerpt(
    failure.evidence.map((item) => `${evidenceLabel(item, 'en')} ${item.value}`).join(', '),
  )
  const message = sentenceOf(failure)
  return seen === '' ? message : asText('site-check-reasons.failed', { message, seen })
}

/** What a look comes to; never rejects. */
export const seenBy = <T>(work: Promise<T>): Promise<Seen<T>> =>
  work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, reason: reasonOf(error) }),
  )

/** What a look comes to by then; never rejects. */
export async function inTime<T>(deadlineMs: number, work: () => Promise<T>): Promise<Seen<T>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Seen<T>>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, reason: asText('site-check-reasons.late', { seconds: deadlineMs / 1000 }) }),
      deadlineMs,
    )
  })
  try {
    return await Promise.race([seenBy(work()), late])
  } finally {
    clearTimeout(timer)
  }
}

export class Gathering {
  private readonly looking = new Set<Place>()
  private done = 0
  private total = 0
  private readonly onChange: (progress: { done: number; total: number; looking: Place[] }) => void

  constructor(onChange: (progress: { done: number; total: number; looking: Place[] }) => void) {
    this.onChange = onChange
  }

  /** Looks at one thing; never rejects. */
  look<T>(what: Place, deadlineMs: number, work: () => Promise<T>): Promise<Seen<T>> {
    this.total++
    return this.watched(what, deadlineMs, work)
  }

  /** The same once something else was seen; not at all where that failed. */
  async after<S, T>(
    before: Promise<Seen<S>>,
    what: Place,
    deadlineMs: number,
    work: (value: S) => Promise<T>,
  ): Promise<Seen<T>> {
    this.total++
    const seen = await before
    if (seen.ok) return this.watched(what, deadlineMs, () => work(seen.value))
    this.done++
    this.notify()
    return seen
  }

  private async watched<T>(what: Place, deadlineMs: number, work: () => Promise<T>): Promise<Seen<T>> {
    this.looking.add(what)
    this.notify()
    try {
      return await inTime(deadlineMs, work)
    } finally {
      this.looking.delete(what)
      this.done++
      this.notify()
    }
  }

  private notify(): void {
    this.onChange({ done: this.done, total: this.total, looking: [...this.looking] })
  }
}
