/** What the desktops of one kind at a site share: who has which session, and whose turn it is to ask for one. */
import { InOrder } from '../../domain/in-order.ts'
import { withFileLock } from '../../protocols/file-lock.ts'

/** A portal names sessions by the second: two that are asked for within one get the same name, and the first is lost. */
const betweenRequestsMs = 1100
/** How long a program of the same user may take to find a session or ask for one: the portal's own deadline is 30 s. */
const otherProgramMs = 60_000

export class SessionTurns {
  private readonly holders = new Map<object, { sessionId: string; leaving: boolean }>()
  private readonly turns = new InOrder()
  private readonly waiting: (() => void)[] = []
  private lastRequest = Number.NEGATIVE_INFINITY
  /** The file whose lock other programs of the same user wait for. */
  private readonly file: string

  constructor(file: string) {
    this.file = file
  }

  hold(holder: object, sessionId: string): void {
    this.holders.set(holder, { sessionId, leaving: this.holders.get(holder)?.leaving ?? false })
  }

  /** The holder closes what it has, and releases it in a moment. */
  leave(holder: object): void {
    const held = this.holders.get(holder)
    if (held) held.leaving = true
  }

  release(holder: object): void {
    this.holders.delete(holder)
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  /** Settles when no holder closes what it has, or as soon as the next has released it. @throws the signal's reason once it aborts */
  released(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      if (![...this.holders.values()].some(({ leaving }) => leaving)) return resolve()
      this.waiting.push(resolve)
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
  }

  /** Whether another one has a session; `leaving`: it closes it already; null: none has. */
  heldBy(sessionId: string, by: object): 'another' | 'leaving' | null {
    const others = [...this.holders].filter(([holder, held]) => held.sessionId === sessionId && holder !== by)
    if (others.length === 0) return null
    return others.every(([, { leaving }]) => leaving) ? 'leaving' : 'another'
  }

  /**
   * Runs `work` when those before are done, also in another process: what one finds or makes is there before the next looks. Does
   * nothing once aborted.
   */
  inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.lastRequest
    const lingerMs = (): number => (this.lastRequest === before ? 0 : betweenRequestsMs)
    return this.turns.run(() =>
      withFileLock(
        this.file,
        () => {
          signal.throwIfAborted()
          return work()
        },
        { patienceMs: otherProgramMs, signal, lingerMs },
      ),
    )
  }

  /** How long to wait until the next session may be asked for, ms. */
  untilNextRequest(now: number): number {
    return Math.max(0, this.lastRequest + betweenRequestsMs - now)
  }

  /** A session was asked for, and the answer came. */
  requested(now: number): void {
    this.lastRequest = now
  }
}
