/** The Slurm job of a session: follows it from the queue to its node, and says why it ended. */
import { means } from '../../domain/failure-policy.ts'
import { pause, reconnectDelayMs } from '../../domain/retry.ts'
import { toFailure, type EvidenceItem } from '../../shared/errors.ts'
import { sentenceOf } from '../../shared/failure-text.ts'
import { describeLog } from '../../domain/job-log.ts'
import { describeWaiting, estimateError } from '../../domain/job-time.ts'
import { isAlive, isWaiting, type JobOwner, type SlurmJob } from '../../protocols/slurm/job.ts'
import { isOver } from '../../protocols/slurm/job-record.ts'
import type { JobEnd } from '../../protocols/slurm/job-end.ts'
import type { SessionMemory } from './memory.ts'
import type { ClusterLogin } from '../cluster/index.ts'
import { blocked, jobEnded } from './failures.ts'
import type { SessionRecord, SessionSource } from './source.ts'
import { WaitingReasons } from './waiting-reasons.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

const followEveryMs = 1000
/** How long Slurm's controller may be away: a restart or the other controller's take-over says nothing about the job. */
const silencePatienceMs = 60_000
/** How long the login host may be away meanwhile: a waiting job needs no link, and a network comes back. */
const awayPatienceMs = 300_000
/** A job completes for as long as its programs and the site's epilog take; with a short one a look waits for its end. */
const endLooks = 6

type Estimates = Pick<SessionMemory, 'typicalErrorMs' | 'noteEstimate'>

/** Reports why a job waits; `blocked`: waiting alone does not help. */
export type DescribeWaiting = (text: Text, blocked: boolean) => void

type Cluster = Pick<ClusterLogin, 'job' | 'jobEnd' | 'jobLog' | 'hostLog' | 'nodes'>

export class SessionJob {
  private readonly session: SessionRecord
  private readonly portal: Pick<SessionSource, 'statusOf' | 'job'>
  private readonly cluster: Cluster
  private readonly onChange: (job: SlurmJob) => void
  private readonly memory: Estimates | null
  private latest: SlurmJob | null = null
  private silentSince: number | null = null
  /** What is silent. */
  private silence: Text = asText('desktop.detail.slurmSilent')
  private ended = false
  private completing = false

  /**
   * @param onChange gets what Slurm says of a job that has started
   * @param memory how good estimates were
   */
  constructor(
    session: SessionRecord,
    portal: Pick<SessionSource, 'statusOf' | 'job'>,
    cluster: Cluster,
    onChange: (job: SlurmJob) => void,
    memory: Estimates | null = null,
  ) {
    this.session = session
    this.portal = portal
    this.cluster = cluster
    this.onChange = onChange
    this.memory = memory
  }

  /** First node of the job, or null while none is known. */
  get node(): string | null {
    return this.latest?.node ?? null
  }

  /** Whether it waits to be started, also again. */
  get isQueued(): boolean {
    return this.latest !== null && isWaiting(this.latest)
  }

  /** Whether Slurm has said that it ended. */
  get isOver(): boolean {
    return this.ended
  }

  /** Whether it is on its way out, and Slurm does not say yet whether it ends or waits again. */
  get isCompleting(): boolean {
    return this.completing
  }

  /** Whom the job runs as, or null while that is not known. */
  get owner(): JobOwner | null {
    return this.latest?.owner ?? null
  }

  /**
   * Waits in the queue until the job runs, whatever Slurm's reason; a link that is lost meanwhile is made again.
   * @param wait false: it does not wait for what does not pass by itself
   * @throws VizlinkError job-ended-early, job-blocked
   */
  async untilStarted(signal: AbortSignal, describe: DescribeWaiting, wait = true): Promise<void> {
    const reasons = new WaitingReasons(this.cluster, this.session)
    let estimate: { startsAt: number; at: number } | null = null
    const typicalError = (await this.memory?.typicalErrorMs()) ?? null
    for (;;) {
      const job = await this.askPatiently(signal, () => describe(asText('desktop.detail.clusterAway'), false))
      if (job === 'silent') describe(this.silence, false)
      else if (!isAlive(job)) {
        await this.failIfOver()
        if (this.completing) describe(asText('waiting.completing'), false)
      } else if (job.state === 'RUNNING') {
        this.take(job)
        const error = estimateError(estimate, job.startsAt)
        // Nothing to wait for: a full disk must not keep anybody from a desktop.
        if (error !== null) void this.memory?.noteEstimate(error).catch(() => undefined)
        return
      } else {
        const reason = await reasons.of(job)
        if (job.startsAt !== null) estimate ??= { startsAt: job.startsAt, at: Date.now() }
        if (reason.blocked && !wait) throw blocked(reason.text, job)
        describe(
          reason.blocked
            ? asText('waiting.blocked', { reason: reason.text })
            : describeWaiting(reason.text, job.startsAt, typicalError),
          reason.blocked,
        )
      }
      await pause(followEveryMs, signal)
    }
  }

  /** Waits until the running job's node is known. */
  async untilPlaced(signal: AbortSignal): Promise<void> {
    while (this.node === null) {
      await pause(followEveryMs, signal)
      await this.judge(await this.askPatiently(signal))
    }
  }

  /** Takes what Slurm says now. @throws VizlinkError job-ended-early */
  async look(): Promise<void> {
    await this.judge(await this.ask())
  }

  /** What its log says that it is doing; null where it says nothing that can be read. */
  async doing(): Promise<Text | null> {
    const { job } = await this.logs(await this.cluster.jobEnd(this.session).catch(() => null))
    return job === null ? null : describeLog(job)
  }

  /** What an administrator wants to see when something is wrong with the job. */
  async evidence(): Promise<EvidenceItem[]> {
    const end = await this.cluster.jobEnd(this.session).catch(() => null)
    return this.describe(end, await this.logs(end))
  }

  /** Ends of its log and of its host's own. */
  private async logs(end: JobEnd | null): Promise<{ job: string | null; host: string | null }> {
    if (end === null) return { job: null, host: null }
    const { cluster, session } = this
    const [job, host] = await Promise.all([
      cluster.jobLog(end).catch(() => null),
      cluster.hostLog(session.id, end).catch(() => null),
    ])
    return { job, host }
  }

  private describe(
    end: JobEnd | null,
    { job, host }: { job: string | null; host: string | null },
  ): EvidenceItem[] {
    return [
      { label: 'job', value: this.session.jobId },
      { label: 'node', value: this.node ?? end?.node ?? 'none yet' },
      ...(job ? [{ label: 'job-log', value: job }] : []),
      ...(host ? [{ label: 'host-log', value: host }] : []),
    ]
  }

  /** @throws VizlinkError slurm-unreachable, no-commands: once Slurm has been silent for too long */
  private async ask(): Promise<SlurmJob | null | 'silent'> {
    try {
      const job = await this.cluster.job(this.session)
      this.silentSince = null
      return job
    } catch (error) {
      if (!means(toFailure(error), 'slurm-silent')) throw error
      // A login host without Slurm's programs: the portal may have a table of jobs.
      const reported = await this.portal.job?.(this.session).catch((reason: unknown) => {
        if (toFailure(reason).kind === 'foreign-job') throw reason
        return 'silent' as const
      })
      if (reported !== undefined && reported !== 'silent') {
        this.silentSince = null
        return reported
      }
      const failure = toFailure(error)
      // What answers in its place is no silence of Slurm.
      this.silence =
        failure.kind === 'no-commands' ? sentenceOf(failure) : asText('desktop.detail.slurmSilent')
      this.silentSince ??= performance.now()
      if (performance.now() - this.silentSince > silencePatienceMs) throw error
      return 'silent'
    }
  }

  /** Asks until there is an answer. @throws what keeps the login host away, once it has been for too long */
  private async askPatiently(
    signal: AbortSignal,
    onAway: () => void = () => undefined,
  ): Promise<SlurmJob | null | 'silent'> {
    const patienceEnds = performance.now() + awayPatienceMs
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await this.ask()
        signal.throwIfAborted()
        return answer
      } catch (error) {
        signal.throwIfAborted()
        if (!means(toFailure(error), 'login-gone', 'too-slow') || performance.now() > patienceEnds)
          throw error
        onAway()
        await pause(reconnectDelayMs(attempt), signal)
      }
    }
  }

  private async judge(answer: SlurmJob | null | 'silent'): Promise<void> {
    if (answer === 'silent') return
    if (isAlive(answer)) return this.take(answer)
    await this.failIfOver()
    // One that Slurm puts back completes first, and waits then.
    const now = await this.ask()
    if (now !== 'silent' && isAlive(now)) this.take(now)
  }

  private take(job: SlurmJob): void {
    this.completing = false
    this.latest = job
    this.onChange(job)
  }

  /** Slurm does not run it: unless the portal says that it only begins, it is over. */
  private async failIfOver(): Promise<void> {
    const status = await this.portal.statusOf(this.session.id).catch(() => null)
    if (status === 'starting' || status === 'pending') return
    const end = await this.end()
    this.completing = end?.state === 'COMPLETING'
    if (this.completing) return
    // Two answers that do not agree: the next look shows which one holds.
    if (end !== null && !isOver(end.state)) return
    this.ended = true
    const logs = await this.logs(end)
    throw jobEnded(end, this.latest !== null, logs, [
      { label: 'portal-says', value: status ?? 'session unknown' },
      ...(end ? [{ label: 'slurm-says', value: describeEnd(end) }] : []),
      ...this.describe(end, logs),
    ])
  }

  /** How Slurm says that it ended; while it completes that is not said yet, and it may be on its way back into the queue. */
  private async end(): Promise<JobEnd | null> {
    for (let look = 1; ; look++) {
      const end = await this.cluster.jobEnd(this.session).catch(() => null)
      if (end?.state !== 'COMPLETING' || this.completing || look === endLooks) return end
      await pause(followEveryMs)
    }
  }
}

const describeEnd = ({ state, exitCode, cancelledBy: by }: JobEnd): string => {
  if (by) return `${state} by ${by.name ?? 'uid'} (${by.uid})`
  const [status = '0', signal = '0'] = exitCode?.split(':') ?? []
  if (signal !== '0') return `${state}, signal ${signal}`
  return status === '0' ? state : `${state}, exit status ${status}`
}
