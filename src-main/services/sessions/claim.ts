/** The session of one connection: found or asked for, kept from the site's other connections, ended or left. */
import { pause } from '../../domain/retry.ts'
import type { Ending } from '../../domain/connection.ts'
import type { Clock } from '../../ports/platform.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { SiteSessions } from './site-sessions.ts'
import { adoptForgotten } from './adopt.ts'
import type { ClusterLogin } from '../cluster/index.ts'
import { sessionEnding, sessionOver, sessionTaken, stillEnding } from './failures.ts'
import type { SessionSource } from './source.ts'

/** Which session a connection is for: whichever of the user's runs (else a new one), one of its own, or a certain one. */
export type SessionWish = { kind: 'any' } | { kind: 'new' } | { kind: 'one'; id: string }

export interface SessionClaimOptions {
  wish: SessionWish
  source: SessionSource
  cluster: Pick<ClusterLogin, 'job' | 'cancelJob' | 'userName'>
  sessions: SiteSessions
  clock: Clock
  /** Portal user that was typed where the profile names none. */
  user: string | null
}

export class SessionClaim {
  private readonly options: SessionClaimOptions
  private session: PortalSession | null = null
  /** A session that is being asked for: it is ours to end, also when the user leaves before the answer. */
  private creating: Promise<PortalSession> | null = null
  private made = false
  /** When this connection asked for a session of its own, Unix ms; null: it did not. */
  private asked: number | null = null

  constructor(options: SessionClaimOptions) {
    this.options = options
  }

  get current(): PortalSession | null {
    return this.session
  }

  /** Whether this is the connection for a session. */
  isFor(sessionId: string): boolean {
    const { wish } = this.options
    return this.session ? this.session.id === sessionId : wish.kind === 'one' && wish.id === sessionId
  }

  /**
   * Finds the session or asks for one.
   * @param describe told what happens
   * @throws VizlinkError bad-request: the one that is wanted is over or being ended, or another connection has it
   */
  take(signal: AbortSignal, describe: (words: string) => void): Promise<PortalSession> {
    const { wish, sessions, source } = this.options
    return sessions.inTurn(signal, async () => {
      const running = wish.kind === 'new' ? null : await this.find()
      signal.throwIfAborted()
      if (wish.kind === 'one' && running === null) throw sessionOver(wish.id)
      if (running !== null && sessions.isHeld(running.id, this)) throw sessionTaken(running.id)
      describe(running ? 'Your session is still there' : 'Asking for a new session')
      if (running === null) {
        await pause(sessions.untilNextRequest(this.now()), signal)
        this.made = true
        this.asked = this.now()
        this.creating = source.create(signal).finally(() => sessions.requested(this.now()))
      }
      const session = running ?? (await this.creating)!
      // Whoever left meanwhile ends it as it comes (`settle`).
      signal.throwIfAborted()
      this.session = session
      sessions.hold(this, session.id)
      return session
    })
  }

  /** When this client asked for the session, in this run or an earlier one, Unix ms; null: somebody else did. */
  async requestedAt(): Promise<number | null> {
    if (this.asked !== null) return this.asked
    const { memory } = this.options.sessions
    return (await memory.sessions()).find(({ id }) => id === this.session?.id)?.requestedAt ?? null
  }

  /**
   * Reads where the job says that its host listens, now: it moves where others take its ports.
   * @returns false: the job says nothing yet; true also where the session itself names the port
   */
  async readPlace(): Promise<boolean> {
    const { source, sessions } = this.options
    if (!this.session || !source.place) return true
    const place = await source.place(this.session.id)
    if (!place || !this.session) return false
    this.session = { ...this.session, port: place.basePort }
    await sessions.pairings.remember(this.session.id, place.certificatePem, 'certificate')
    return true
  }

  /**
   * Ends the session or leaves it, as told.
   * @returns whether its job goes on
   * @throws VizlinkError when a job that should go stays; it is tried again
   */
  async settle(ending: Ending): Promise<boolean> {
    const { sessions } = this.options
    const session = this.session ?? (await this.creating?.catch(() => null)) ?? null
    if (!session) return false
    const cancel = ending.job === 'cancel' || (ending.job === 'release' && this.made)
    // Nobody takes up what is being ended.
    sessions.hold(this, session.id)
    try {
      if (cancel) await this.end(session)
      return !cancel
    } finally {
      this.session = null
      this.creating = null
      sessions.release(this)
    }
  }

  private now(): number {
    return this.options.clock.now()
  }

  private async find(): Promise<PortalSession | null> {
    const { wish, source, sessions, cluster } = this.options
    const ending = new Set((await sessions.endings.all()).map(({ id }) => id))
    if (wish.kind === 'one' && ending.has(wish.id)) throw sessionEnding(wish.id)
    const fits = ({ id }: { id: string }): boolean =>
      wish.kind === 'one' ? id === wish.id : !sessions.isHeld(id, this) && !ending.has(id)
    const listed = await source.findRunning(fits)
    return listed ?? (await adoptForgotten(sessions, cluster, source, this, fits).catch(() => null))
  }

  private async end({ id, jobId }: PortalSession): Promise<void> {
    const { sessions, source, cluster, user } = this.options
    const failure = await sessions.endings.attempt({ id, jobId, kind: 'stream', user }, { source, cluster })
    if (failure) throw stillEnding(id, failure)
  }
}
