/** What one desktop does in each state of its machine: from the sign-in to the picture, a loss, and the end. */
import { pause } from '../../domain/retry.ts'
import { startedAfter } from '../../domain/host-proof.ts'
import { byOwnClock } from '../../domain/job-time.ts'
import type { Ending, StepActors } from '../../domain/desktop.ts'
import { toFailure, type Failure } from '../../shared/errors.ts'
import type { DesktopSnapshot } from '../../shared/model/desktop.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { SiteAuth } from '../auth/index.ts'
import type { ClusterLogin } from '../cluster/index.ts'
import {
  GivesWay,
  namesSamePort,
  notPlaced,
  type SessionClaim,
  sessionGone,
  SessionJob,
  type SessionSource,
  toSession,
  withRemainingJob,
} from '../sessions/index.ts'
import type { QuestionBoard } from '../questions/index.ts'
import type { SessionNotes } from './notes.ts'
import type { PicturePath, Placed } from './picture-path.ts'
import { PictureWatch } from './picture-watch.ts'
import { reconnect } from './reconnect.ts'
import type { DesktopReport } from './report.ts'
import { asText, type Text } from '../../shared/texts/index.ts'
import { sentenceOf } from '../../shared/failure-text.ts'

const factsEveryMs = 1000
const placeEveryMs = 500
/** Bytes that arrive in a second: answers to pings alone are no picture on its way. */
const leastOfVideo = 4000

export interface AttemptOptions {
  site: SiteAuth
  /** Portal user that was typed where the profile names none. */
  user: string | null
  source: SessionSource
  cluster: ClusterLogin
  claim: SessionClaim
  /** Also while its job does not start by itself. */
  wait: boolean
  path: PicturePath
  questions: QuestionBoard
  notes: SessionNotes
  report: DesktopReport
  /** Unix ms. */
  now: () => number
  /** Its session has another view already: it ends without a failure. */
  giveWay: () => void
  /** What was open is not there any more. */
  onLost: (failure: Failure) => void
}

export class Attempt {
  private readonly options: AttemptOptions
  private job: SessionJob | null = null
  /** By this computer's clock, Unix ms; null: not seen running. */
  private jobStartedAt: number | null = null
  /** The session's job after a failed attempt was cleaned up; null: it was ended, or there was none. */
  private remainingJob: 'queued' | 'running' | null = null
  private factsTimer: NodeJS.Timeout | null = null

  constructor(options: AttemptOptions) {
    this.options = options
  }

  /** Id of the session that keeps running after the desktop's end; null: none. */
  get leftRunning(): string | null {
    return this.remainingJob === null ? null : (this.options.report.snapshot.session?.id ?? null)
  }

  get actors(): StepActors {
    const { path, report, site } = this.options
    const { hostReadySeconds, reconnectSeconds } = site.loaded.profile.limits
    return {
      'signing-in': (signal) => this.signIn(signal),
      requesting: (signal) => this.request(signal),
      queued: (signal) =>
        this.mustJob().untilStarted(
          signal,
          (words, blocked) => report.describe('queued', words, blocked),
          this.options.wait,
        ),
      starting: (signal) => this.untilPlaced(signal),
      tunnelling: () => path.open(this.placed()),
      'waiting-for-host': (signal) => path.waitForHost(this.placed(), hostReadySeconds * 1000, signal),
      pairing: (signal) => this.pair(signal),
      launching: async () => path.launch?.(),
      reconnecting: (signal) =>
        reconnect({
          ...{ path, place: () => this.placeNow(), pair: (leaving) => this.pair(leaving) },
          ...{ limitMs: reconnectSeconds * 1000, signal },
        }),
      cleaningUp: (ending) => this.cleanUp(ending),
    }
  }

  /** Reports once a second what changes while a picture comes. */
  startFacts(): void {
    this.stopFacts()
    const { notes, path, report } = this.options
    notes.reportReady(report.snapshot)
    const watch = new PictureWatch({
      now: this.options.now,
      ask: () => this.askWhy(),
      report: (silence) => report.update({ silence }),
    })
    let looked = report.snapshot.stream
    let receivedBytes = 0
    this.factsTimer = setInterval(() => {
      const { session, warnings, stream } = report.snapshot
      // Each word of the stream's process counts once: one that is late says nothing of the pictures.
      if (stream && stream !== looked) watch.look(stream.framesReceived, this.isExcused(receivedBytes))
      looked = stream
      receivedBytes = report.snapshot.link?.receivedBytes ?? 0
      const changed = notes.warnOfEnd(session, warnings)
      if (changed) report.update({ warnings: changed })
      void path.facts().then((link) => (link ? report.update({ link }) : undefined))
    }, factsEveryMs)
  }

  stopFacts(): void {
    if (this.factsTimer) clearInterval(this.factsTimer)
    this.factsTimer = null
    if (this.options.report.snapshot.silence) this.options.report.update({ silence: null })
  }

  /** A picture that stays away while its stream is resumed, or while a narrow line still brings bytes, is not lost. */
  private isExcused(receivedBefore: number): boolean {
    const { pace, link } = this.options.report.snapshot
    if (pace && pace.changingSince !== null) return true
    return link?.line?.narrow === true && link.receivedBytes - receivedBefore > leastOfVideo
  }

  /** Why no picture comes; a job that is over ends the picture at once. */
  private async askWhy(): Promise<Text | null> {
    const { path, onLost, report } = this.options
    const job = this.job
    if (!job) return null
    const asked = job.look().then(
      () => null,
      (error: unknown) => toFailure(error),
    )
    const [failure, answers] = await Promise.all([asked, path.answers?.() ?? null])
    if (this.job !== job || report.snapshot.state !== 'open') return null
    if (failure?.kind === 'job-ended-early') onLost(failure)
    if (failure) return sentenceOf(failure)
    if (report.snapshot.session?.status === 'suspended') return asText('desktop.silence.suspended')
    return answers === null
      ? null
      : asText(answers ? 'desktop.silence.hostRuns' : 'desktop.silence.hostSilent')
  }

  /** A failure as the user reads it: with what became of the session. */
  explain(failure: Failure | null): Failure | null {
    return failure && this.remainingJob ? withRemainingJob(failure, this.remainingJob) : failure
  }

  private async signIn(signal: AbortSignal): Promise<void> {
    const { user, questions: interaction, source, cluster, report } = this.options
    const enter = async (): Promise<void> => {
      // The desktop stays after such a loss: its SSH login does not depend on the portal's.
      const lease = await source.signIn({ user, interaction, signal }, (failure) =>
        report.warn(
          asText('desktop.warning.lost', {
            message: sentenceOf(failure),
            nextStep: sentenceOf(failure, 'nextStep'),
          }),
        ),
      )
      report.update({ user: { name: lease.user, verified: lease.verified }, warnings: lease.warnings })
    }
    // Both at once: a session must not be asked for when the cluster would not let us in anyway.
    await Promise.all([enter(), cluster.login()])
  }

  private async request(signal: AbortSignal): Promise<void> {
    const { claim, source, cluster, notes, report, site } = this.options
    const session = await claim
      .take(signal, (words) => report.describe('requesting', words))
      .catch((error: unknown) => {
        if (error instanceof GivesWay) this.options.giveWay()
        throw error
      })
    this.job = new SessionJob(session, source, cluster, (job) => this.showJob(job), notes.estimates)
    await notes.remember(session, null, await claim.requestedAt())
    report.update({ session: toSession(session, site.loaded.profile.slurm.jobSeconds) })
  }

  /** Until the node is known and, where the job itself says it, the place of its host. */
  private async untilPlaced(signal: AbortSignal): Promise<void> {
    const { source, claim, report } = this.options
    const job = this.mustJob()
    await job.untilPlaced(signal)
    if (source.place) report.describe('starting', asText('desktop.detail.place'))
    while (!(await claim.readPlace())) {
      await pause(placeEveryMs, signal)
      await job.look()
    }
  }

  private async pair(signal: AbortSignal): Promise<void> {
    const { path, source, cluster, notes } = this.options
    const placed = this.placed()
    const facts = {
      isShared: () => namesSamePort(placed.session, placed.job.node, source, cluster),
      startedForUs: startedAfter(this.jobStartedAt, notes.requestedAt),
    }
    await path.pair?.(placed, facts, signal)
  }

  private async placeNow(): Promise<Placed> {
    const job = this.mustJob()
    await job.look()
    if (job.isQueued) throw await this.options.claim.wasRequeued()
    if (!(await this.options.claim.readPlace())) throw notPlaced()
    return this.placed()
  }

  /** Closes everything; throws at the end when the job that should go stays. */
  private async cleanUp(ending: Ending): Promise<void> {
    const { questions, path, claim, cluster, source, report } = this.options
    questions.refuseAll()
    claim.leave()
    const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined)
    await quietly(path.close())
    const { state } = report.snapshot
    let problem: unknown = null
    const remains = await claim.settle(ending).catch((error: unknown) => {
      problem = error
      return false
    })
    // Not ended by us is not alive: its time was up, it failed, somebody cancelled it.
    const waits = state === 'queued' || this.job?.isQueued === true
    if (remains && !this.job?.isOver) this.remainingJob = waits ? 'queued' : 'running'
    this.job = null
    await Promise.all([quietly(cluster.close()), quietly(source.close())])
    // Only now: ending the job may have needed a login, and that one may have asked.
    questions.close()
    report.update({ link: null })
    if (problem) throw problem as Error
  }

  private showJob(job: SlurmJob): void {
    const { report, notes, claim, now } = this.options
    if (job.ageMs !== null) this.jobStartedAt = now() - job.ageMs
    notes.sawJob(claim.current, job)
    const { session } = report.snapshot
    if (session) report.update({ session: withJob(session, job, now()) })
  }

  private placed(): Placed {
    return { session: this.options.claim.current ?? sessionGone(), job: this.mustJob() }
  }

  private mustJob(): SessionJob {
    return this.job ?? sessionGone()
  }
}

const withJob = (
  session: NonNullable<DesktopSnapshot['session']>,
  job: SlurmJob,
  now: number,
): DesktopSnapshot['session'] => {
  const { startsAt, endsAt } = byOwnClock(job, now)
  return {
    ...session,
    node: job.node,
    status: job.state.toLowerCase(),
    runningSince: startsAt,
    endsAt: endsAt ?? session.endsAt,
  }
}
