/** What the desktops of one kind at a site share: who has which session, and whose turn it is to ask for one. */
import { InOrder } from '../../domain/in-order.ts'

/** A portal names sessions by the second: two that are asked for within one get the same name, and the first is lost. */
const betweenRequestsMs = 1100

export class SessionTurns {
  private readonly holders = new Map<object, { sessionId: string; leaving: boolean }>()
  private readonly turns = new InOrder()
  private readonly waiting: (() => void)[] = []
  private lastRequest = Number.NEGATIVE_INFINITY

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

  /** Runs `work` when those before are done: what one finds or makes it holds before the next looks. Does nothing once aborted. */
  inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.turns.run(() => {
      signal.throwIfAborted()
      return work()
    })
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
