/**
 * One login at the portal: its only valid token, renewed at half of its life. When a token ends is the server's business:
 * the portal's clock (its Date headers) counts, and the portal itself says whether a token has expired or was superseded.
 */
import { means } from '../../domain/failure-policy.ts'
import { toFailure, type Failure } from '../../shared/errors.ts'
import type { Clock } from '../../ports/platform.ts'
import { expiryOf, type AuthPortal, type SignedIn } from '../../protocols/portal/auth.ts'

const shortestPauseMs = 30_000

export class TokenLife {
  readonly user: string
  private readonly auth: AuthPortal
  private readonly clock: Clock
  private readonly onLost: (failure: Failure) => void
  private current: SignedIn | null
  private refreshAt = 0
  /** The server's clock when it was last heard, Unix ms, and when that was by `performance.now()`, which is never set. */
  private heard = { server: 0, at: 0 }
  private refreshing: Promise<void> | null = null
  private lost: Error | null = null

  constructor(auth: AuthPortal, first: SignedIn, clock: Clock, onLost: (failure: Failure) => void) {
    this.user = first.user
    this.auth = auth
    this.clock = clock
    this.onLost = onLost
    this.current = first
    this.hear(first)
  }

  /** The token, renewed where that is due. @throws token-expired, login-superseded, untrusted-certificate */
  async token(): Promise<string> {
    await this.keepAlive()
    if (this.lost) throw this.lost
    return this.mustCurrent().token
  }

  /** Renews the token where half of its life is over; several callers share one refresh. Never rejects. */
  async keepAlive(): Promise<void> {
    if (this.refreshing) return this.refreshing
    const { current } = this
    if (!current || this.serverTime(current) < this.refreshAt) return
    this.refreshing = this.refresh(current).finally(() => (this.refreshing = null))
    await this.refreshing
  }

  /** Asks the portal whether the token still holds. @throws as `token`, and what keeps the portal from answering */
  async check(): Promise<void> {
    const token = await this.token()
    try {
      await this.auth.verify(token)
    } catch (error) {
      this.judge(error)
      throw error
    }
  }

  /** Forgets the token, and revokes it unless it was lent; whatever the portal says to that. */
  async end({ revoke }: { revoke: boolean }): Promise<void> {
    await this.refreshing
    const { current } = this
    this.current = null
    if (current && revoke) await this.auth.logout(current.token).catch(() => undefined)
  }

  private async refresh(current: SignedIn): Promise<void> {
    try {
      const token = await this.auth.renew(current.token)
      // From here on the old token is worth nothing, also when the portal does not answer the next question.
      this.current = { ...current, token, expiresAt: expiryOf(token) ?? current.expiresAt }
      this.current = await this.auth.verify(token)
      this.hear(this.current)
    } catch (error) {
      this.judge(error)
      // Half of what is left, again and again: the portal may be away for a while.
      if (this.current) this.plan(this.current)
    }
  }

  private judge(error: unknown): void {
    const failure = toFailure(error)
    if (!means(failure, 'signed-out') || this.lost) return
    this.lost = error as Error
    this.current = null
    this.onLost(failure)
  }

  private hear(signedIn: SignedIn): void {
    this.heard = { server: this.clock.now() + signedIn.clockOffsetMs, at: performance.now() }
    this.plan(signedIn)
  }

  private plan(signedIn: SignedIn): void {
    const now = this.serverTime(signedIn)
    this.refreshAt = now + Math.max(shortestPauseMs, (signedIn.expiresAt - now) / 2)
  }

  /** A clock that was put back must not hold a renewal up, and `performance.now()` stops while a computer sleeps. */
  private serverTime({ clockOffsetMs }: SignedIn): number {
    const { server, at } = this.heard
    return Math.max(this.clock.now() + clockOffsetMs, server + performance.now() - at)
  }

  private mustCurrent(): SignedIn {
    if (!this.current) throw new Error('the login has ended')
    return this.current
  }
}
