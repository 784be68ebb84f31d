/** One desktop that somebody looks at: its parts, and the machine that drives them. */
import { createActor, waitFor, type Actor } from 'xstate'
import { createDesktopMachine, deadlinesOf, visibleState } from '../../domain/desktop.ts'
import { stepsOf } from '../../domain/steps.ts'
import { excerpt, longest } from '../../shared/bounds.ts'
import { fail } from '../../shared/errors.ts'
import type { DesktopKind, DesktopSnapshot, DesktopState, VideoRequest } from '../../shared/model/desktop.ts'
import type { Platform } from '../../ports/platform.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { SiteAuth } from '../auth/index.ts'
import { type ClusterAccess, clusterAccessOf, ClusterLogin } from '../cluster/index.ts'
import type { StreamClient } from '../host/index.ts'
import {
  linkLost,
  type NewSession,
  SessionClaim,
  type SessionSource,
  type SessionWish,
  type SiteSessions,
  sourceOf,
} from '../sessions/index.ts'
import { QuestionBoard } from '../questions/index.ts'
import { Attempt } from './attempt.ts'
import type { PortTaker } from './frame-ports.ts'
import { SessionNotes } from './notes.ts'
import type { PicturePath } from './picture-path.ts'
import { DesktopReport } from './report.ts'
import { StreamPath } from './stream-path.ts'
import { VncPath } from './vnc-path.ts'
import { asText } from '../../shared/texts/index.ts'

const disposeDeadlineMs = 8000
const finishedStates = new Set<unknown>(['idle', 'ended', 'failed'])

/** What is asked for. */
export interface DesktopWish {
  kind: DesktopKind
  /** At the portal, where the profile names none. */
  user: string | null
  wish: SessionWish
  /** False: it fails where its job does not start by itself, and the job stays in the queue. */
  wait: boolean
  /** A VNC desktop takes its size alone. */
  video: VideoRequest
  /** What a new session shall be like, beside its size. */
  wanted: Omit<NewSession, 'size'>
}

export interface DesktopOptions extends DesktopWish {
  desktopId: string
  site: SiteAuth
  platform: Platform
  identity: ClientIdentity
  sessions: SiteSessions
  onChange(snapshot: DesktopSnapshot): void
}

export class Desktop {
  private readonly options: DesktopOptions
  private readonly report: DesktopReport
  private readonly questions: QuestionBoard
  private readonly cluster: ClusterLogin
  private readonly source: SessionSource
  private readonly claim: SessionClaim
  private readonly path: PicturePath
  private readonly attempt: Attempt
  private readonly actor: Actor<ReturnType<typeof createDesktopMachine>>

  constructor(options: DesktopOptions) {
    const { desktopId, site, platform, kind, user, wish, wait, video, wanted, sessions } = options
    const { loaded } = site
    const { profile } = loaded
    const now = (): number => platform.clock.now()
    this.options = options
    this.report = new DesktopReport({ desktopId, siteId: profile.id, kind }, (snapshot) =>
      options.onChange(snapshot),
    )
    this.questions = new QuestionBoard(
      (question) => {
        this.report.update({ question })
        this.actor.send({ type: question ? 'ASKED' : 'ANSWERED' })
      },
      ({ hop, text }) => {
        this.report.describeNow(
          asText('desktop.detail.serverSays', { hop, text: excerpt(text, longest.line) }),
        )
        this.actor.send({ type: 'NOTICED' })
      },
    )
    this.cluster = new ClusterLogin(
      loaded,
      platform,
      this.questions.handlers,
      (relayId) => {
        if (this.path.linkLost(relayId))
          this.actor.send({ type: 'LOST', failure: linkLost(relayId === null) })
      },
      user,
    )
    this.source = sourceOf(site, kind, {
      cluster: this.cluster,
      identity: () => Promise.resolve(options.identity),
      now,
      made: sessions.made,
    })
    const { cluster, source, questions, report } = this
    const { clock } = platform
    this.claim = new SessionClaim({
      ...{ kind, wish, source, cluster, sessions, clock, user },
      wanted: { ...wanted, size: { width: video.width, height: video.height } },
      note: (text) => report.warn(text),
    })
    this.path = this.makePath()
    this.attempt = new Attempt({
      ...{ site, user, wait, source, cluster, questions, report, now },
      claim: this.claim,
      path: this.path,
      giveWay: () => this.actor.send({ type: 'GIVE_WAY' }),
      onLost: (failure) => this.actor.send({ type: 'LOST', failure }),
      notes: new SessionNotes(kind, sessions.memory, platform, profile.name),
    })
    this.actor = createActor(
      createDesktopMachine(
        stepsOf(kind),
        this.attempt.actors,
        deadlinesOf(profile.limits, source.place !== undefined),
      ),
    )
    this.follow()
    this.actor.start()
  }

  get snapshot(): DesktopSnapshot {
    return this.report.snapshot
  }

  /** How the same would be tried again: one of its own that keeps running is not left for another; any is one with no view yet. */
  get again(): DesktopWish {
    const { kind, user, wish, wait, video, wanted } = this.options
    const same = { kind, user, wait, video, wanted }
    const id = this.attempt.leftRunning
    if (wish.kind === 'any') return { ...same, wish: { kind: 'any', beside: true } }
    return { ...same, wish: wish.kind === 'new' && id !== null ? { kind: 'one', id } : wish }
  }

  /** Whether this is the desktop for a session. */
  isFor(sessionId: string): boolean {
    return this.claim.isFor(sessionId)
  }

  /** For the status beside the picture; null while none comes. */
  get clusterAccess(): ClusterAccess | null {
    const { state, session } = this.snapshot
    if (state !== 'open') return null
    return clusterAccessOf(this.cluster, { tunnel: this.path.tunnel, node: session?.node ?? null })
  }

  /** The stream's process, for callers without a page; null for a VNC desktop, and while there is none. */
  get stream(): StreamClient | null {
    return this.path.stream
  }

  send(type: 'START' | 'CANCEL' | 'DISCONNECT' | 'END'): void {
    this.actor.send({ type })
  }

  answer(questionId: string, values: string[] | null): boolean {
    return this.questions.answer(questionId, values)
  }

  /** Where the bytes of the next page go. @throws VizlinkError bad-request: there is no picture */
  async takePort(): Promise<PortTaker> {
    if (this.snapshot.state === 'open') return this.path.takePort()
    throw fail('bad-request', 'no-picture')
  }

  /** Nothing of it runs. */
  get isFinished(): boolean {
    return finishedStates.has(this.snapshot.state)
  }

  /** Settles when everything is closed, or after the deadline. */
  async untilOver(deadlineMs: number): Promise<void> {
    const isOver = ({ value }: { value: unknown }): boolean => finishedStates.has(value)
    await waitFor(this.actor, isOver, { timeout: deadlineMs }).catch(() => undefined)
  }

  /** Closes everything at the app's end; the job stays. */
  async dispose(): Promise<void> {
    this.attempt.stopFacts()
    // A clean-up that runs already (the user ended the session a moment ago) is waited for, not raced.
    if (!this.isFinished && this.snapshot.state !== 'ending') this.send('DISCONNECT')
    await this.untilOver(disposeDeadlineMs)
    this.actor.stop()
    await this.source.close().catch(() => undefined)
  }

  private makePath(): PicturePath {
    const { cluster, questions, report } = this
    const { kind, site, platform, identity, sessions, video } = this.options
    const { profile } = site.loaded
    const onLost = (failure: DesktopSnapshot['failure'] & object): void =>
      this.actor.send({ type: 'LOST', failure })
    if (kind === 'vnc') return new VncPath({ cluster, profile, clock: platform.clock, report, onLost })
    const { processes } = platform
    const { pairings } = sessions
    return new StreamPath({
      ...{ cluster, profile, processes, identity, pairings, questions, video, report, onLost },
      clock: platform.clock,
    })
  }

  /** Reports each state of the machine. */
  private follow(): void {
    const { attempt, report } = this
    const { desktopId, kind, platform } = this.options
    let before: DesktopState = 'idle'
    this.actor.subscribe((state) => {
      const now = visibleState(state.value, before)
      const { failure, ending } = state.context
      if (now === before) return
      before = now
      platform.logger.log('info', 'desktop.state', {
        desktopId,
        kind,
        state: now,
        ...(failure ? { failure: failure.kind } : {}),
      })
      report.enter(now, platform.clock.now(), {
        failure: now === 'failed' ? attempt.explain(failure) : now === 'reconnecting' ? failure : null,
        endedBecause: now === 'ended' ? (ending?.because ?? null) : null,
      })
      if (now === 'open') attempt.startFacts()
      else attempt.stopFacts()
    })
  }
}
