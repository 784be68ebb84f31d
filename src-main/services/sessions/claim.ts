/** The session of one desktop: found or asked for, kept from the site's other desktops, ended or left. */
import { basePortIn } from '../../domain/job-log.ts'
import { pause } from '../../domain/retry.ts'
import type { Ending } from '../../domain/desktop.ts'
import type { DesktopKind } from '../../shared/model/desktop.ts'
import type { Clock } from '../../ports/platform.ts'
import type { SiteSessions } from './site-sessions.ts'
import { adoptForgotten } from './adopt.ts'
import type { ClusterLogin } from '../cluster/index.ts'
import { noPort, requeued, sessionEnding, sessionOver, sessionTaken, stillEnding } from './failures.ts'
import { withSlurmsReason } from './refused.ts'
import type { NewSession, SessionRecord, SessionSource } from './source.ts'
import type { SessionTurns } from './turns.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

/** A host needs some seconds until it says its port; each look is a question to portal and Slurm. */
const mostLooksForPort = 12

/** Which session a desktop is for: any of the user's that runs (else a new one), one of its own, or a certain one. */
export type SessionWish =
  /** `beside`: also where those that run are open already; else the desktop gives way to their views. */
  { kind: 'any'; beside?: boolean } | { kind: 'new' } | { kind: 'one'; id: string }

/** Every session that would do is open in another view: there is nothing to open, and no new one is asked for. */
export class GivesWay extends Error {}

export interface SessionClaimOptions {
  kind: DesktopKind
  wish: SessionWish
  source: SessionSource
  cluster: Pick<
    ClusterLogin,
    'job' | 'jobEnd' | 'jobLog' | 'hostLog' | 'cancelJob' | 'userName' | 'whyRefused'
  >
  sessions: SiteSessions
  clock: Clock
  /** What a new one shall be like. */
  wanted: NewSession
  /** Gets a sentence where the session is another than was wanted. */
  note: (text: Text) => void
  /** Portal user that was typed where the profile names none. */
  user: string | null
}

export class SessionClaim {
  private readonly options: SessionClaimOptions
  private readonly turns: SessionTurns
  private session: SessionRecord | null = null
  /** A session that is being asked for: it is ours to end, also when the user leaves before the answer. */
  private creating: Promise<SessionRecord> | null = null
  private made = false
  /** When this desktop asked for a session of its own, Unix ms; null: it did not. */
  private asked: number | null = null
  private looksForPort = 0

  constructor(options: SessionClaimOptions) {
    this.options = options
    this.turns = options.sessions.turns[options.kind]
    const { wish } = options
    // A desktop that looks for any does not take it meanwhile.
    if (wish.kind === 'one' && this.turns.heldBy(wish.id, this) === null) this.turns.hold(this, wish.id)
  }

  get current(): SessionRecord | null {
    return this.session
  }

  /** Whether this is the desktop for a session. */
  isFor(sessionId: string): boolean {
    const { wish } = this.options
    return this.session ? this.session.id === sessionId : wish.kind === 'one' && wish.id === sessionId
  }

  /**
   * Finds the session or asks for one.
   * @param describe gets a sentence about each step
   * @throws GivesWay; VizlinkError bad-request: the one that is wanted is over or being ended, or another desktop has it
   */
  async take(signal: AbortSignal, describe: (text: Text) => void): Promise<SessionRecord> {
    for (;;) {
      const taken = await this.turns.inTurn(signal, () => this.takeInTurn(signal, describe))
      if (taken !== 'leaving') return taken
      // Outside the turn: others need not wait for it.
      describe(asText('desktop.detail.closing'))
      await this.turns.released(signal)
    }
  }

  /** The desktop is being closed: `settle` follows. */
  leave(): void {
    this.turns.leave(this)
  }

  /** When this client asked for the session, in this run or an earlier one, Unix ms; null: another program did. */
  async requestedAt(): Promise<number | null> {
    if (this.asked !== null) return this.asked
    const { memory } = this.options.sessions
    return (await memory.sessions()).find(({ id }) => id === this.session?.id)?.requestedAt ?? null
  }

  /**
   * Reads where the job says that its host listens, now: it moves where others take its ports.
   * @returns false: the job says nothing yet; true also where the session itself names the port
   * @throws VizlinkError host-not-ready: neither the portal nor a log names it
   */
  async readPlace(): Promise<boolean> {
    const { source, sessions } = this.options
    if (!this.session) return true
    if (!source.place) return this.session.port !== 0 || this.lookForPort(this.session)
    const place = await source.place(this.session.id)
    if (!place || !this.session) return false
    this.session = { ...this.session, port: place.basePort }
    await sessions.pairings.remember(this.session.id, place.certificatePem, 'certificate')
    return true
  }

  /** A portal's record that names no port: the record may come late, and the host itself says it in its log. */
  private async lookForPort({ id, jobId }: SessionRecord): Promise<boolean> {
    const { source, cluster } = this.options
    const listed = await source.findRunning((session) => session.id === id).catch(() => null)
    const end = listed?.port ? null : await cluster.jobEnd({ id, jobId }).catch(() => null)
    const logs = end ? [cluster.hostLog(id, end), cluster.jobLog(end)] : []
    const said = await Promise.all(logs.map((log) => log.catch(() => null)))
    const port = listed?.port || said.map((log) => basePortIn(log ?? '')).find((one) => one !== null)
    if (port && this.session) this.session = { ...this.session, port }
    else if (++this.looksForPort >= mostLooksForPort) throw noPort(id)
    return this.session?.port !== 0
  }

  /** Slurm has put the job back into the queue: what was known of its host ended with it. @returns what to fail with */
  async wasRequeued(): Promise<Error> {
    const id = this.session?.id ?? ''
    await this.options.sessions.pairings.forget(id)
    return requeued(id)
  }

  /**
   * Ends the session or leaves it, as `ending` says.
   * @returns whether its job keeps running
   * @throws VizlinkError when a job that should go stays; it is tried again
   */
  async settle(ending: Ending): Promise<boolean> {
    const { turns } = this
    const session = this.session ?? (await this.creating?.catch(() => null)) ?? null
    if (!session) {
      turns.release(this)
      return false
    }
    const cancel = ending.job === 'cancel' || (ending.job === 'release' && this.made)
    // What is being ended is not taken up.
    turns.hold(this, session.id)
    try {
      if (cancel) await this.end(session)
      return !cancel
    } finally {
      this.session = null
      this.creating = null
      turns.release(this)
    }
  }

  private now(): number {
    return this.options.clock.now()
  }

  private async takeInTurn(
    signal: AbortSignal,
    describe: (text: Text) => void,
  ): Promise<SessionRecord | 'leaving'> {
    const { turns } = this
    const { wish, source, wanted, note } = this.options
    const running = wish.kind === 'new' ? null : await this.find()
    signal.throwIfAborted()
    if (running === 'leaving') return running
    if (wish.kind === 'one' && running === null) throw sessionOver(wish.id)
    describe(asText(running ? 'desktop.detail.sessionThere' : 'desktop.detail.newSession'))
    if (running === null) {
      await pause(turns.untilNextRequest(this.now()), signal)
      this.made = true
      this.asked = this.now()
      this.creating = source.create(signal, wanted, note).finally(() => turns.requested(this.now()))
    }
    if (running !== null && wish.kind === 'any') this.noteOtherImage(running)
    const session =
      running ??
      (await this.creating!.catch(async (error: unknown) => {
        throw await withSlurmsReason(error, this.options.cluster)
      }))
    // A desktop that was left meanwhile ends it as it comes (`settle`).
    signal.throwIfAborted()
    this.session = session
    turns.hold(this, session.id)
    return session
  }

  /** The user has chosen an image, and gets a session that runs another one. */
  private noteOtherImage({ imageId: has }: SessionRecord): void {
    const { wanted, note } = this.options
    if (!wanted.image?.firm || has === null || has === wanted.image.id) return
    note(asText('desktop.warning.otherImage', { has, wanted: wanted.image.id }))
  }

  /** `leaving`: another desktop still closes the one that would do. */
  private async find(): Promise<SessionRecord | null | 'leaving'> {
    const { turns } = this
    const { kind, wish, source, sessions, cluster } = this.options
    const ending = new Set((await sessions.endings.all()).map(({ id }) => id))
    if (wish.kind === 'one' && ending.has(wish.id)) throw sessionEnding(wish.id)
    const isHeld = (id: string): boolean => turns.heldBy(id, this) !== null
    /** Who has those that would do. */
    const holders = new Set<'another' | 'leaving' | null>()
    const fits = ({ id, shared = false }: { id: string; shared?: boolean }): boolean => {
      if (wish.kind === 'one' ? id !== wish.id : ending.has(id) || shared) return false
      holders.add(turns.heldBy(id, this))
      return !isHeld(id)
    }
    const listed = await source.findRunning(fits)
    // Only streamed sessions are remembered: their hosts know this computer.
    const found =
      listed === null && kind === 'stream'
        ? await adoptForgotten({ ...sessions, isHeld }, cluster, source, fits)
        : listed
    if (found !== null) return found
    if (holders.has('leaving')) return 'leaving'
    if (!holders.has('another')) return null
    if (wish.kind === 'one') throw sessionTaken(wish.id)
    if (wish.kind === 'any' && !wish.beside) throw new GivesWay()
    return null
  }

  private async end({ id, jobId }: SessionRecord): Promise<void> {
    const { kind, sessions, source, cluster, user } = this.options
    const failure = await sessions.endings.attempt({ id, jobId, kind, user }, { source, cluster })
    if (failure) throw stillEnding(id, failure)
  }
}
