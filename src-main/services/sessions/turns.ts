/** What those who work with one site's sessions of one kind share: who has which, and whose turn it is to ask for one. */
import { InOrder } from '../../domain/in-order.ts'

/** A portal names sessions by the second: two that are asked for within one get the same name, and the first is lost. */
const betweenRequestsMs = 1100

export class SessionTurns {
  /** Session ids by whoever works with them. */
  private readonly holders = new Map<object, string>()
  private readonly turns = new InOrder()
  private lastRequest = Number.NEGATIVE_INFINITY

  hold(holder: object, sessionId: string): void {
    this.holders.set(holder, sessionId)
  }

  release(holder: object): void {
    this.holders.delete(holder)
  }

  /** Whether somebody else works with a session. */
  isHeld(sessionId: string, by: object): boolean {
    return [...this.holders].some(([holder, id]) => id === sessionId && holder !== by)
  }

  /** Runs `work` when those before are done: what one finds or makes it holds before the next looks. Not any more once aborted. */
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
