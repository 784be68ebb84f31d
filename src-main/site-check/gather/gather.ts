/** Looks at many things side by side: each with its own deadline, one that fails never stops another. */
import type { Seen } from '../observations.ts'
import { VizlinkError, type Failure } from '../../shared/errors.ts'
import { evidenceLabel } from '../../shared/failure-text.ts'

/** Why something could not be looked at, in a sentence and what was seen. */
export function reasonOf(error: unknown): string {
  const text = error instanceof VizlinkError ? failureText(error.failure) : textOf(error)
  return text.replace(/\s+/g, ' ').slice(0, 500)
}

function failureText({ message, evidence }: Failure): string {
  const seen = evidence.map((item) => `${evidenceLabel(item, 'en')} ${item.value}`).join(', ')
  return message + (seen && ` (${seen})`)
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export class Gathering {
  private readonly looking = new Set<string>()
  private done = 0
  private total = 0
  private readonly onChange: (progress: { done: number; total: number; looking: string[] }) => void

  constructor(onChange: (progress: { done: number; total: number; looking: string[] }) => void) {
    this.onChange = onChange
  }

  /** Looks at one thing; never rejects. `what` is a noun phrase for people. */
  look<T>(what: string, deadlineMs: number, work: () => Promise<T>): Promise<Seen<T>> {
    this.total++
    return this.watched(what, deadlineMs, work)
  }

  /** The same once something else was seen; not at all where that failed. */
  async after<S, T>(
    before: Promise<Seen<S>>,
    what: string,
    deadlineMs: number,
    work: (value: S) => Promise<T>,
  ): Promise<Seen<T>> {
    this.total++
    const seen = await before
    if (seen.ok) return this.watched(what, deadlineMs, () => work(seen.value))
    this.done++
    this.tell()
    return seen
  }

  private async watched<T>(what: string, deadlineMs: number, work: () => Promise<T>): Promise<Seen<T>> {
    this.looking.add(what)
    this.tell()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Seen<T>>((resolve) => {
      timer = setTimeout(
        () => resolve({ ok: false, reason: `No result within ${deadlineMs / 1000} s.` }),
        deadlineMs,
      )
    })
    const seen = work().then(
      (value): Seen<T> => ({ ok: true, value }),
      (error: unknown): Seen<T> => ({ ok: false, reason: reasonOf(error) }),
    )
    try {
      return await Promise.race([seen, late])
    } finally {
      clearTimeout(timer)
      this.looking.delete(what)
      this.done++
      this.tell()
    }
  }

  private tell(): void {
    this.onChange({ done: this.done, total: this.total, looking: [...this.looking] })
  }
}
