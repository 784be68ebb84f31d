/** One VNC desktop that is open here: from the portal's session to a channel at which its server answers, and back again. */
import type { Socket } from 'node:net'
import { rungWarning } from '../../domain/access-ladder.ts'
import { reconnectDelayMs, worthRetrying } from '../../domain/retry.ts'
import { fail, toFailure, type EvidenceItem } from '../../shared/errors.ts'
import type { VncSnapshot } from '../../shared/model/vnc.ts'
import type { Platform } from '../../ports/platform.ts'
import type { VncSession, VncWish } from '../../protocols/portal/vnc.ts'
import type { PortalSite } from '../auth/index.ts'
import { ClusterSide } from '../connection/cluster-side.ts'
import { gaveUp, notEnded, withEvidence } from '../connection/failures.ts'
import { QuestionBoard } from '../connection/questions.ts'
import { SessionJob } from '../connection/session-job.ts'
import { wait } from '../connection/wait.ts'
import type { LinkClient } from '../link/link-client.ts'
import { NodePort } from './node-port.ts'
import { checkPortOwner } from './port-owner.ts'
import { VncPortal } from './portal.ts'
import { chooseSession, viewOf, type MadeHere } from './session.ts'

export interface VncDesktopOptions {
  desktopId: string
  site: PortalSite
  platform: Platform
  user: string | null
  /** Id of the session to open; null: the user's newest, else a new one. */
  wanted: string | null
  size: VncWish
  made: MadeHere
  onChange(snapshot: VncSnapshot): void
}

const askServerEveryMs = 500

export class VncDesktop {
  private readonly options: VncDesktopOptions
  private readonly portal: VncPortal
  private readonly cluster: ClusterSide
  private readonly questions: QuestionBoard
  private readonly leaving = new AbortController()
  private snapshotValue: VncSnapshot
  private user = ''
  private session: VncSession | null = null
  private madeSession = false
  private job: SessionJob | null = null
  private way: { link: LinkClient; port: NodePort } | null = null
  /** The channel that found the server; the first page gets it. */
  private waiting: string | null = null
  private readonly channels = new Set<string>()
  private running: Promise<void> = Promise.resolve()

  constructor(options: VncDesktopOptions) {
    this.options = options
    const { site, platform, user, desktopId } = options
    this.portal = new VncPortal(site)
    this.questions = new QuestionBoard((question) => this.update({ question }))
    this.cluster = new ClusterSide(
      site.loaded,
      platform.processes,
      this.questions.handlers,
      () => this.restore(),
      user,
    )
    this.snapshotValue = {
      desktopId,
      siteId: site.loaded.profile.id,
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
    return this.snapshotValue.session?.id ?? this.options.wanted
  }

  get over(): boolean {
    return this.snapshotValue.state === 'ended' || this.snapshotValue.state === 'failed'
  }

  begin(): void {
    this.running = this.attempt(async (signal) => {
      await this.request(signal)
      await this.reach(signal, this.limits.hostReadySeconds * 1000)
    })
  }

  answer(questionId: string, values: string[] | null): boolean {
    return this.questions.answer(questionId, values)
  }

  /** A channel to the server for one page. @throws VizlinkError host-not-ready, link-lost */
  async openChannel(): Promise<string> {
    const first = this.waiting
    this.waiting = null
    if (first !== null) return first
    const { way } = this
    if (this.snapshotValue.state !== 'ready' || !way)
      throw fail('host-not-ready', {
        message: 'The VNC desktop is not ready.',
        nextStep: 'Wait until it is there.',
      })
    const channelId = await way.port.open()
    this.channels.add(channelId)
    return channelId
  }

  attachSocket(
    channelId: string,
    upgrade: { headers: Record<string, string>; head: Buffer },
    socket: Socket,
  ): boolean {
    return this.way?.link.attachSocket(channelId, upgrade, socket) ?? false
  }

  attachPort(channelId: string, port: object): boolean {
    return this.way?.link.attachPort(channelId, port) ?? false
  }

  /** Closes everything; the job goes on, unless this desktop asked for it and never came to be. */
  async leave(): Promise<void> {
    await this.stop('ended', null)
  }

  /** Closes everything and cancels the job. @throws VizlinkError when the job stays */
  async end(): Promise<void> {
    const { session } = this
    if (session)
      await this.portal.remove(session.id).catch((error: unknown) => {
        throw notEnded(session.id, error)
      })
    this.session = null
    await this.stop('ended', null)
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
      if (!signal.aborted) await this.stop('failed', error)
    }
  }

  private async request(signal: AbortSignal): Promise<void> {
    const { options, portal } = this
    const [{ user, warnings }] = await Promise.all([
      portal.signIn({ user: options.user, interaction: this.questions, signal }),
      // Both at once: a session must not be asked for when the cluster would not let us in anyway.
      this.cluster.login(),
    ])
    this.user = user
    this.update({ warnings })
    const { wanted, made, size } = options
    this.describe('Looking for your VNC desktop')
    const found = chooseSession(await portal.list(), { wanted, user, made })
    signal.throwIfAborted()
    if (!found) this.describe('Asking the portal for a VNC desktop')
    const session = found ?? (await portal.create(size))
    this.madeSession = found === null
    if (this.madeSession) made.add(session.id)
    this.session = session
    this.update({ session: viewOf(session, user, made) })
    signal.throwIfAborted()
    const shape = { ...session, imageId: null }
    this.job = new SessionJob(shape, portal, this.cluster, (job) => this.update({ node: job.node }))
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
    link.onChannelEnded((channelId) => {
      if (this.channels.delete(channelId)) this.restore()
    })
    const allowed = this.options.site.loaded.profile.ssh.access
    const port = new NodePort({ link, node, hop, port: session.port, allowed })
    this.way = { link, port }
    const channelId = await this.untilAnswers(port, signal, readyMs)
    this.channels.add(channelId)
    this.waiting = channelId
    const warnings = [
      await checkPortOwner(link, port.hopId, session.port, job.owner),
      port.rung === null ? null : rungWarning(port.rung),
    ]
    for (const warning of warnings) if (warning !== null) this.warn(warning)
  }

  private async untilAnswers(port: NodePort, signal: AbortSignal, limitMs: number): Promise<string> {
    const end = Date.now() + limitMs
    for (;;) {
      try {
        return await port.open()
      } catch (error) {
        signal.throwIfAborted()
        if (toFailure(error).kind !== 'host-not-ready') throw error
        await this.job?.look()
        if (Date.now() > end) throw withEvidence(error, (await this.job?.evidence()) ?? [])
        this.describe('Waiting until the desktop’s VNC server answers')
      }
      await wait(askServerEveryMs, signal)
    }
  }

  /** The way or the server is gone: tries until it is there again, it is hopeless, or the time is over. */
  private restore(): void {
    if (this.snapshotValue.state !== 'ready') return
    this.update({ state: 'restoring', detail: 'The connection was lost; trying again' })
    this.running = this.attempt(async (signal) => {
      const end = Date.now() + this.limits.reconnectSeconds * 1000
      const tried: EvidenceItem[] = []
      for (let attempt = 0; ; attempt++) {
        await this.dropWay()
        try {
          await wait(reconnectDelayMs(attempt), signal)
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
    })
  }

  private async dropWay(): Promise<void> {
    const { way } = this
    this.way = null
    this.waiting = null
    this.channels.clear()
    await way?.port.close()
  }

  /** @param error why it failed */
  private async stop(state: 'ended' | 'failed', error: unknown): Promise<void> {
    if (this.over) return
    this.leaving.abort()
    this.questions.refuseAll()
    const failure = state === 'failed' ? toFailure(error) : null
    this.update({ state, detail: '', failure, question: null })
    this.channels.clear()
    await this.cluster.close()
    // A session that is being asked for comes in the end, and is ours to end.
    if (state === 'ended') await this.running
    const { session, madeSession, portal } = this
    const neverThere = this.snapshotValue.epoch === 0
    if (session && madeSession && neverThere) await portal.remove(session.id).catch(() => undefined)
    await portal.close().catch(() => undefined)
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
