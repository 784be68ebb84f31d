/** One VNC desktop that is open here: from the portal's session to a channel at which its server answers, and back again. */
import type { Socket } from 'node:net'
import { routeWarning } from '../../domain/routes.ts'
import { pause, reconnectDelayMs, worthRetrying } from '../../domain/retry.ts'
import { fail, toFailure, type EvidenceItem } from '../../shared/errors.ts'
import type { VncSnapshot } from '../../shared/model/vnc.ts'
import type { Platform } from '../../ports/platform.ts'
import type { VncSession, VncWish } from '../../protocols/portal/vnc.ts'
import type { PortalSite } from '../auth/index.ts'
import { checkPortOwner, ClusterLogin, type LinkClient } from '../cluster/index.ts'
import {
  gaveUp,
  SessionJob,
  type SessionTurns,
  type SessionWish,
  type SiteEndings,
  withEvidence,
} from '../sessions/index.ts'
import { QuestionBoard } from '../questions/index.ts'
import { NodePort } from './node-port.ts'
import { VncPortal } from './portal.ts'
import { ServerWay } from './server-way.ts'
import { chooseSession, viewOf, type MadeHere } from './session.ts'

/** What is asked for. */
export interface DesktopWish {
  /** At the portal, where the profile names none. */
  user: string | null
  /** Any is the user's newest, else a new one. */
  wish: SessionWish
  /** Of a new one. */
  size: VncWish
}

export interface VncDesktopOptions extends DesktopWish {
  desktopId: string
  site: PortalSite
  platform: Platform
  made: MadeHere
  /** Shared by the site's desktops. */
  turns: SessionTurns
  endings: Pick<SiteEndings, 'all'>
  /** Ends a session on a way of its own; what cannot be ended at once is tried again. */
  endSession(session: { id: string; jobId: string }): Promise<unknown>
  onChange(snapshot: VncSnapshot): void
}

const askServerEveryMs = 500

/** The session that was found has another view already: it is not opened twice. */
class GivesWay extends Error {}

export class VncDesktop {
  private readonly options: VncDesktopOptions
  private readonly portal: VncPortal
  private readonly cluster: ClusterLogin
  private readonly questions: QuestionBoard
  private readonly leaving = new AbortController()
  private snapshotValue: VncSnapshot
  private session: VncSession | null = null
  private madeSession = false
  private job: SessionJob | null = null
  private way: ServerWay | null = null
  /** The login that `way` leads through. */
  private link: LinkClient | null = null
  private running: Promise<void> = Promise.resolve()
  /** Once it is being closed, by whom ever first. */
  private stopping: Promise<void> | null = null
  /** Its session is being ended: that it goes meanwhile is no loss. */
  private isEnding = false

  constructor(options: VncDesktopOptions) {
    this.options = options
    const { site, platform, user, desktopId } = options
    this.portal = new VncPortal(site)
    this.questions = new QuestionBoard((question) => this.update({ question }))
    this.cluster = new ClusterLogin(
      site.loaded,
      platform,
      this.questions.handlers,
      () => this.way?.lose(),
      user,
    )
    this.snapshotValue = {
      desktopId,
      siteId: site.loaded.profile.id,
      user: null,
      state: 'starting',
      detail: 'Signing in',
      epoch: 0,
      session: null,
      node: null,
      question: null,
      failure: null,
      warnings: [],
    }
  }

  get snapshot(): VncSnapshot {
    return this.snapshotValue
  }

  /** The session that it is for; null: not known yet. */
  get sessionId(): string | null {
    const { wish } = this.options
    return this.snapshotValue.session?.id ?? (wish.kind === 'one' ? wish.id : null)
  }

  /** What to ask for when it is tried again: its session where that may still be there, else what was asked for before. */
  get again(): DesktopWish {
    const { user, wish, size } = this.options
    const { epoch, session, failure } = this.snapshotValue
    const there = epoch > 0 && session !== null && failure?.kind !== 'job-ended-early'
    return { user, size, wish: there ? { kind: 'one', id: session.id } : wish }
  }

  get over(): boolean {
    return this.snapshotValue.state === 'ended' || this.snapshotValue.state === 'failed'
  }

  begin(): void {
    const { wish, turns } = this.options
    // Nobody who looks for any takes it meanwhile.
    if (wish.kind === 'one') turns.hold(this, wish.id)
    this.running = this.attempt(async (signal) => {
      await this.request(signal)
      try {
        await this.reach(signal, this.limits.hostReadySeconds * 1000)
      } catch (error) {
        if (signal.aborted || toFailure(error).kind !== 'link-lost') throw error
        await this.reachAgain(signal)
      }
    })
  }

  answer(questionId: string, values: string[] | null): boolean {
    return this.questions.answer(questionId, values)
  }

  /** A channel to the server for one page. @throws VizlinkError host-not-ready, link-lost */
  async openChannel(): Promise<string> {
    const { way } = this
    if (this.snapshotValue.state === 'ready' && way) return way.take()
    throw fail('host-not-ready', {
      message: 'The VNC desktop is not ready.',
      nextStep: 'Wait until it is there.',
    })
  }

  attachSocket(
    channelId: string,
    upgrade: { headers: Record<string, string>; head: Buffer },
    socket: Socket,
  ): boolean {
    return this.link?.attachSocket(channelId, upgrade, socket) ?? false
  }

  attachPort(channelId: string, port: object): boolean {
    return this.link?.attachPort(channelId, port) ?? false
  }

  /** Closes everything; the job goes on, unless this desktop asked for it and never came to be. */
  async leave(): Promise<void> {
    await this.stop('ended', null, this.running)
  }

  /**
   * Closes everything, once `work` has ended the session.
   * @throws what `work` throws; the desktop stays open then
   */
  async end<T>(work: () => Promise<T>): Promise<T> {
    this.isEnding = true
    try {
      const done = await work()
      this.session = null
      await this.stop('ended', null, this.running)
      return done
    } catch (error) {
      this.isEnding = false
      if (this.way?.lost) this.restore()
      throw error
    }
  }

  private get limits() {
    return this.options.site.loaded.profile.limits
  }

  private async attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.leaving
    try {
      await work(signal)
      signal.throwIfAborted()
      this.update({ state: 'ready', detail: '', epoch: this.snapshotValue.epoch + 1 })
    } catch (error) {
      if (!signal.aborted && !this.isEnding)
        await this.stop(error instanceof GivesWay ? 'ended' : 'failed', error)
    }
  }

  private async request(signal: AbortSignal): Promise<void> {
    const { options, portal } = this
    const [{ user, warnings }] = await Promise.all([
      portal.signIn({ user: options.user, interaction: this.questions, signal }),
      // Both at once: a session must not be asked for when the cluster would not let us in anyway.
      this.cluster.login(),
    ])
    this.update({ user, warnings })
    // From here on only in turn: whoever has left is not waited for there.
    signal.throwIfAborted()
    const session = await options.turns.inTurn(signal, () => this.claim(user, signal))
    signal.throwIfAborted()
    const shape = { ...session, imageId: null }
    this.job = new SessionJob(shape, portal, this.cluster, (job) => this.update({ node: job.node }))
  }

  /** Finds the session or asks for one; alone among the site's desktops. */
  private async claim(user: string, signal: AbortSignal): Promise<VncSession> {
    const { options, portal } = this
    const { wish, made, size, turns, platform } = options
    this.describe('Looking for your VNC desktop')
    const ending = new Set((await options.endings.all()).map(({ id }) => id))
    const found =
      wish.kind === 'new' ? null : chooseSession(await portal.list(), { wish, user, made, ending })
    signal.throwIfAborted()
    if (found && turns.isHeld(found.id, this)) throw new GivesWay()
    if (!found) {
      this.describe('Asking the portal for a VNC desktop')
      await pause(turns.untilNextRequest(platform.clock.now()), signal)
    }
    const session = found ?? (await portal.create(size).finally(() => turns.requested(platform.clock.now())))
    this.madeSession = found === null
    if (this.madeSession) made.add(session.id)
    turns.hold(this, session.id)
    this.session = session
    this.update({ session: viewOf(session, user, made) })
    return session
  }

  /** Until the server answers on a channel. */
  private async reach(signal: AbortSignal, readyMs: number): Promise<void> {
    const { job, session } = this
    if (!job || !session) throw new Error('no session')
    await within(this.limits.queueSeconds * 1000, signal, (either) =>
      job.untilStarted(either, (words) => this.describe(words)),
    )
    await within(readyMs, signal, (either) => job.untilPlaced(either))
    const node = job.node ?? ''
    this.describe(`Opening a secure way to ${node}`)
    const { link, hop } = await this.cluster.linkTo(node)
    const { loaded } = this.options.site
    const port = new NodePort({ link, node, hop, port: session.port, allowed: loaded.profile.ssh.access })
    const way = new ServerWay(port, this.options.platform.clock, () => this.restore())
    this.way = way
    this.link = link
    await this.untilAnswers(way, signal, readyMs)
    const warnings = [
      await checkPortOwner(link, way.hopId, session.port, job.owner),
      way.route === null ? null : routeWarning(way.route),
    ]
    for (const warning of warnings) if (warning !== null) this.warn(warning)
    // While nothing is ready a loss is told to nobody else.
    if (way.lost)
      throw fail('link-lost', {
        message: 'The connection to your VNC desktop was lost as soon as it stood.',
        nextStep: 'Try again.',
      })
  }

  private async untilAnswers(way: ServerWay, signal: AbortSignal, limitMs: number): Promise<void> {
    const end = Date.now() + limitMs
    for (;;) {
      try {
        return await way.find()
      } catch (error) {
        signal.throwIfAborted()
        if (toFailure(error).kind !== 'host-not-ready') throw error
        await this.job?.look()
        if (Date.now() > end) throw withEvidence(error, (await this.job?.evidence()) ?? [])
        this.describe('Waiting until the desktop’s VNC server answers')
      }
      await pause(askServerEveryMs, signal)
    }
  }

  /** The way or the server is gone: tries until it is there again, it is hopeless, or the time is over. */
  private restore(): void {
    if (this.snapshotValue.state !== 'ready' || this.isEnding) return
    this.update({ state: 'restoring' })
    this.running = this.attempt((signal) => this.reachAgain(signal))
  }

  private async reachAgain(signal: AbortSignal): Promise<void> {
    this.describe('The connection was lost; trying again')
    const end = Date.now() + this.limits.reconnectSeconds * 1000
    const tried: EvidenceItem[] = []
    for (let attempt = 0; ; attempt++) {
      await this.dropWay()
      try {
        await pause(reconnectDelayMs(attempt), signal)
        await this.job?.look()
        return await this.reach(signal, Math.max(0, end - Date.now()))
      } catch (error) {
        signal.throwIfAborted()
        const failure = toFailure(error)
        tried.push({ label: `attempt ${attempt + 1}`, value: failure.message })
        if (!worthRetrying(failure)) throw error
        if (Date.now() > end) throw gaveUp(tried)
      }
    }
  }

  private async dropWay(): Promise<void> {
    const { way } = this
    this.way = null
    this.link = null
    await way?.close()
  }

  /**
   * Whoever comes second waits as well: an app that quits must not leave a session behind that is just being ended.
   * @param error why it failed
   * @param running what is being done, where that is somebody else
   */
  private stop(state: 'ended' | 'failed', error: unknown, running?: Promise<void>): Promise<void> {
    this.stopping ??= this.shut(state, error, running)
    return this.stopping
  }

  private async shut(
    state: 'ended' | 'failed',
    error: unknown,
    running: Promise<void> = Promise.resolve(),
  ): Promise<void> {
    this.leaving.abort()
    this.questions.close()
    const failure = state === 'failed' ? toFailure(error) : null
    this.update({ state, detail: '', failure, question: null })
    const closed = this.cluster.close()
    const { turns } = this.options
    // Whoever looks for a session next does not find one that is being ended.
    await turns.inTurn(new AbortController().signal, async () => {
      await closed
      // A session that is being asked for comes in the end, and is ours to end.
      await running
      const { session, madeSession, portal, options } = this
      const neverThere = this.snapshotValue.epoch === 0
      if (session && madeSession && neverThere) await options.endSession(session).catch(() => undefined)
      await portal.close().catch(() => undefined)
      turns.release(this)
    })
  }

  private describe(detail: string): void {
    this.update({ detail: detail.slice(0, 300) })
  }

  private warn(text: string): void {
    const { warnings } = this.snapshotValue
    if (!warnings.includes(text)) this.update({ warnings: [...warnings, text] })
  }

  private update(change: Partial<VncSnapshot>): void {
    this.snapshotValue = { ...this.snapshotValue, ...change }
    this.options.onChange(this.snapshotValue)
  }
}

/** @throws VizlinkError deadline-exceeded */
async function within(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // Longer timers fire at once.
  const limit = AbortSignal.timeout(Math.min(ms, 2 ** 31 - 1))
  try {
    await work(AbortSignal.any([signal, limit]))
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error
    throw fail('deadline-exceeded', {
      message: 'Your VNC desktop did not start in time.',
      nextStep: 'Try again later, or ask your administrator why jobs wait so long.',
    })
  }
}
