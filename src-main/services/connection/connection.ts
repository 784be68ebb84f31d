/** One connection from click to picture: what each state of the machine does, and the snapshot that everybody reads. */
import { pause } from '../../domain/retry.ts'
import type { Socket } from 'node:net'
import { createActor, waitFor, type Actor } from 'xstate'
import { createConnectionMachine, deadlinesOf, visibleState, type Ending } from '../../domain/connection.ts'
import { describeResult, routeLimits, routeWarning } from '../../domain/routes.ts'
import { startedAfter } from '../../domain/host-proof.ts'
import { advanceSteps, describeStep, pendingSteps } from '../../domain/steps.ts'
import type { Failure } from '../../shared/errors.ts'
import type {
  ConnectionSnapshot,
  ConnectionState,
  StepName,
  VideoRequest,
} from '../../shared/model/connection.ts'
import type { Platform } from '../../ports/platform.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { SiteAuth } from '../auth/index.ts'
import { type ClusterAccess, clusterAccessOf, ClusterLogin, type Tunnel } from '../cluster/index.ts'
import {
  linkLost,
  namesSamePort,
  notPlaced,
  SessionClaim,
  sessionGone,
  SessionJob,
  type SessionSource,
  type SessionWish,
  type SiteSessions,
  sourceOf,
  toSession,
  whileJobGoesOn,
} from '../sessions/index.ts'
import { QuestionBoard } from '../questions/index.ts'
import { reconnect } from './reconnect.ts'
import { SessionNotes } from './notes.ts'
import { StreamPath } from './stream-path.ts'

const factsEveryMs = 1000
const placeEveryMs = 500
const disposeDeadlineMs = 8000

export interface ConnectionOptions {
  connectionId: string
  site: SiteAuth
  platform: Platform
  identity: ClientIdentity
  user: string | null
  wish: SessionWish
  video: VideoRequest
  sessions: SiteSessions
  onChange(snapshot: ConnectionSnapshot): void
}

type Machine = ReturnType<typeof createConnectionMachine>

export class Connection {
  private readonly options: ConnectionOptions
  private readonly portal: SessionSource
  private readonly cluster: ClusterLogin
  private readonly questions: QuestionBoard
  private readonly actor: Actor<Machine>
  private snapshotValue: ConnectionSnapshot
  private readonly claim: SessionClaim
  /** What became of the session's job when a failed attempt was cleaned up; null: it was ended, or there was none. */
  private jobGoesOn: 'waiting' | 'running' | null = null
  private job: SessionJob | null = null
  /** By this computer's clock, Unix ms; null: not seen running. */
  private jobStartedAt: number | null = null
  private readonly path: StreamPath
  private factsTimer: NodeJS.Timeout | null = null
  private readonly notes: SessionNotes

  constructor(options: ConnectionOptions) {
    this.options = options
    const { loaded } = options.site
    const { profile } = loaded
    this.notes = new SessionNotes(options.sessions.memory, options.platform, profile.name)
    this.questions = new QuestionBoard((question) => {
      this.update({ question })
      this.actor.send({ type: question ? 'ASKED' : 'ANSWERED' })
    })
    this.cluster = new ClusterLogin(
      loaded,
      options.platform,
      this.questions.handlers,
      (relayId) => this.onLinkLost(relayId),
      options.user,
    )
    this.portal = sourceOf(options.site, this.cluster, {
      identity: () => Promise.resolve(options.identity),
      now: () => options.platform.clock.now(),
    })
    this.claim = new SessionClaim({
      wish: options.wish,
      source: this.portal,
      cluster: this.cluster,
      sessions: options.sessions,
      clock: options.platform.clock,
      user: options.user,
    })
    this.path = new StreamPath({
      cluster: this.cluster,
      profile,
      processes: options.platform.processes,
      identity: options.identity,
      pairings: options.sessions.pairings,
      questions: this.questions,
      video: options.video,
      describe: (words) => this.describe('tunnelling', words),
      onTunnel: (tunnel) => this.showAccess(tunnel),
      onProof: (hostProof) => this.update({ hostProof }),
      onFacts: (stream) => this.update({ stream }),
      onLost: (failure) => this.actor.send({ type: 'LOST', failure }),
      warn: (text) => this.warn(text),
    })
    this.snapshotValue = {
      connectionId: options.connectionId,
      siteId: profile.id,
      state: 'idle',
      steps: pendingSteps(),
      user: null,
      session: null,
      question: null,
      link: null,
      stream: null,
      failure: null,
      endedBecause: null,
      warnings: [],
    }
    const machine = createConnectionMachine(
      {
        'signing-in': (signal) => this.signIn(signal),
        requesting: (signal) => this.request(signal),
        queued: (signal) => this.mustJob().untilStarted(signal, (words) => this.describe('queued', words)),
        starting: (signal) => this.untilPlaced(signal),
        tunnelling: () => this.path.open(this.mustSession(), this.mustJob()),
        'waiting-for-host': (signal) =>
          this.path.waitForHost(profile.limits.hostReadySeconds * 1000, signal, this.mustJob()),
        pairing: (signal) => this.pair(signal),
        launching: () => this.path.launch(),
        reconnecting: (signal) => this.reconnect(signal),
        cleaningUp: (ending) => this.cleanUp(ending),
      },
      deadlinesOf(profile.limits, this.portal.place !== undefined),
    )
    this.actor = createActor(machine)
    let before: ConnectionState = 'idle'
    this.actor.subscribe((state) => {
      const now = visibleState(state.value, before)
      const { failure, ending } = state.context
      if (now === before) return
      const steps = advanceSteps(this.snapshotValue.steps, before, now, options.platform.clock.now())
      before = now
      options.platform.logger.log('info', 'connection.state', {
        connectionId: options.connectionId,
        state: now,
        ...(failure ? { kind: failure.kind } : {}),
      })
      this.update({
        state: now,
        steps,
        failure: now === 'failed' ? this.explain(failure) : now === 'reconnecting' ? failure : null,
        endedBecause: now === 'ended' ? (ending?.because ?? null) : null,
      })
      if (now === 'streaming') this.notes.tellReady(steps, this.snapshotValue.session)
      if (now === 'streaming') this.startFacts()
      else this.stopFacts()
    })
    this.actor.start()
  }

  /** How the same would be tried again: a session that goes on is not left for another one. */
  get again(): Pick<ConnectionOptions, 'user' | 'wish' | 'video'> {
    const { user, wish, video } = this.options
    const id = this.jobGoesOn === null ? null : (this.snapshotValue.session?.id ?? null)
    return { user, video, wish: wish.kind === 'new' && id !== null ? { kind: 'one', id } : wish }
  }

  /** Whether this is the connection for a session. */
  isFor(sessionId: string): boolean {
    return this.claim.isFor(sessionId)
  }

  get snapshot(): ConnectionSnapshot {
    return this.snapshotValue
  }

  send(type: 'START' | 'CANCEL' | 'DISCONNECT' | 'END'): void {
    this.actor.send({ type })
  }

  answer(questionId: string, values: string[] | null): boolean {
    return this.questions.answer(questionId, values)
  }

  attachSocket(upgrade: { headers: Record<string, string>; head: Buffer }, socket: Socket): boolean {
    return this.path.attachSocket(upgrade, socket)
  }

  attachPort(port: object): boolean {
    return this.path.attachPort(port)
  }

  /** For the status beside the stream; null while no picture comes. */
  get clusterAccess(): ClusterAccess | null {
    const { state, session } = this.snapshotValue
    if (state !== 'streaming') return null
    const node = session?.node ?? null
    return clusterAccessOf(this.cluster, { tunnel: this.path.tunnel, node })
  }

  attachCounter(): void {
    this.path.attachCounter()
  }

  sendInput(payload: Uint8Array): void {
    this.path.sendInput(payload)
  }

  /** Closes everything at the app's end; the job stays. */
  async dispose(): Promise<void> {
    this.stopFacts()
    // A clean-up that runs already (the user ended the session a moment ago) is waited for, not raced.
    if (!this.finished()) this.send('DISCONNECT')
    await waitFor(this.actor, ({ value }) => value === 'idle' || value === 'ended' || value === 'failed', {
      timeout: disposeDeadlineMs,
    }).catch(() => undefined)
    this.actor.stop()
    await this.portal.close().catch(() => undefined)
  }

  private finished(): boolean {
    return ['idle', 'ending', 'ended', 'failed'].includes(this.snapshotValue.state)
  }

  // ---- steps ----

  private async signIn(signal: AbortSignal): Promise<void> {
    const request = { user: this.options.user, interaction: this.questions, signal }
    const enter = async (): Promise<void> => {
      const { user, verified, warnings } = await this.portal.signIn(request, (lost) =>
        this.onSignInLost(lost),
      )
      this.update({ user: { name: user, verified }, warnings })
    }
    // Both at once: a session must not be asked for when the cluster would not let us in anyway.
    await Promise.all([enter(), this.cluster.login()])
  }

  private async request(signal: AbortSignal): Promise<void> {
    const session = await this.claim.take(signal, (words) => this.describe('requesting', words))
    const { memory } = this.options.sessions
    this.job = new SessionJob(session, this.portal, this.cluster, (job) => this.showJob(job), memory)
    await this.notes.remember(session, null, await this.claim.requestedAt())
    this.update({ session: toSession(session, this.options.site.loaded.profile.slurm.jobSeconds) })
  }

  /** Until the node is known and, where the job itself says it, the place of its host. */
  private async untilPlaced(signal: AbortSignal): Promise<void> {
    const job = this.mustJob()
    await job.untilPlaced(signal)
    if (this.portal.place) this.describe('starting', 'Waiting until the job says where its host listens')
    while (!(await this.claim.readPlace())) {
      await pause(placeEveryMs, signal)
      await job.look()
    }
  }

  private pair(signal: AbortSignal): Promise<void> {
    const job = this.mustJob()
    const session = this.mustSession()
    return this.path.pair(
      session,
      job,
      {
        isShared: () => namesSamePort(session, job.node, this.portal, this.cluster),
        startedForUs: startedAfter(this.jobStartedAt, this.notes.requestedAt),
      },
      signal,
    )
  }

  private reconnect(signal: AbortSignal): Promise<void> {
    const { path } = this
    const limitMs = this.options.site.loaded.profile.limits.reconnectSeconds * 1000
    return reconnect({ path, place: () => this.placeNow(), job: this.mustJob(), limitMs, signal })
  }

  private async placeNow(): Promise<PortalSession> {
    if (!(await this.claim.readPlace())) throw notPlaced()
    return this.mustSession()
  }

  /** Closes everything; throws at the end when the job that should go stays. */
  private async cleanUp(ending: Ending): Promise<void> {
    this.questions.refuseAll()
    const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined)
    await quietly(this.path.close())
    const { state } = this.snapshotValue
    let problem: unknown = null
    const goesOn = await this.claim.settle(ending).catch((error: unknown) => {
      problem = error
      return false
    })
    if (goesOn) this.jobGoesOn = state === 'queued' ? 'waiting' : 'running'
    this.job = null
    await Promise.all([quietly(this.cluster.close()), quietly(this.portal.close())])
    // Only now: ending the job may have needed a login, and that one may have asked.
    this.questions.close()
    this.update({ link: null })
    if (problem) throw problem as Error
  }

  // ---- helpers ----

  private explain(failure: Failure | null): Failure | null {
    return failure && this.jobGoesOn ? whileJobGoesOn(failure, this.jobGoesOn === 'waiting') : failure
  }

  private showAccess({ route, tried }: Tunnel): void {
    this.describe('tunnelling', tried.map(describeResult).join('; '))
    this.update({ access: { route, tried, limits: routeLimits[route] } })
    const warning = routeWarning(route)
    if (warning) this.warn(warning)
  }

  /** Once: a reconnection says the same again. */
  private warn(text: string): void {
    const { warnings } = this.snapshotValue
    if (!warnings.includes(text)) this.update({ warnings: [...warnings, text] })
  }

  private showJob(job: SlurmJob): void {
    if (job.ageMs !== null) this.jobStartedAt = this.options.platform.clock.now() - job.ageMs
    this.notes.sawJob(this.claim.current, job)
    const { session } = this.snapshotValue
    if (!session) return
    this.update({
      session: {
        ...session,
        node: job.node,
        status: job.state.toLowerCase(),
        runningSince: job.startsAt,
        endsAt: job.endsAt ?? session.endsAt,
      },
    })
  }

  private onLinkLost(relayId: string | null): void {
    if (relayId !== null && relayId !== this.path.tunnel?.relayId) return
    this.actor.send({ type: 'LOST', failure: linkLost(relayId === null) })
  }

  /** The desktop goes on: its SSH login does not hang on the portal's. */
  private onSignInLost({ message, nextStep }: Failure): void {
    this.warn(`${message} ${nextStep}`)
  }

  private startFacts(): void {
    this.stopFacts()
    this.factsTimer = setInterval(() => {
      const { session, warnings } = this.snapshotValue
      const changed = this.notes.warnOfEnd(session, warnings)
      if (changed) this.update({ warnings: changed })
      void this.path.facts().then((link) => (link ? this.update({ link }) : undefined))
    }, factsEveryMs)
  }

  private stopFacts(): void {
    if (this.factsTimer) clearInterval(this.factsTimer)
    this.factsTimer = null
  }

  private describe(step: StepName, detail: string): void {
    this.update({ steps: describeStep(this.snapshotValue.steps, step, detail) })
  }

  private update(change: Partial<ConnectionSnapshot>): void {
    this.snapshotValue = { ...this.snapshotValue, ...change }
    this.options.onChange(this.snapshotValue)
  }

  private mustSession(): PortalSession {
    return this.claim.current ?? sessionGone()
  }

  private mustJob(): SessionJob {
    return this.job ?? sessionGone()
  }
}
