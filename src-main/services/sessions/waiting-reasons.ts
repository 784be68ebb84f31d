/** Why a job waits, and whether that passes by itself; where Slurm's reason leaves it open, its nodes are looked at. */
import { allAway, explainReason } from '../../protocols/slurm/waiting.ts'
import type { SlurmJob } from '../../protocols/slurm/job.ts'
import type { ClusterLogin, JobOfSession } from '../cluster/index.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

/** A reason that holds for less is not shown as one that does not pass: right after a submission Slurm gives some for a moment. */
const blockedAfterMs = 4000
/** How often the nodes are looked at while Slurm says that they are not there. */
const lookAtNodesMs = 30_000

/** States beside waiting and running, of which the job comes back. */
const passing: Readonly<Record<string, Text>> = {
  SUSPENDED: asText('waiting.suspended'),
  STOPPED: asText('waiting.suspended'),
  REQUEUED: asText('waiting.requeued'),
}
const queued = new Set(['PENDING', 'CONFIGURING'])
/** Slurm put the job back and does not start it again. */
const held = /_HOLD$|^SPECIAL_EXIT$/

export class WaitingReasons {
  private readonly cluster: Pick<ClusterLogin, 'nodes'>
  private readonly session: Pick<JobOfSession, 'jobId'>
  private since: number | null = null
  private lookedAt = Number.NEGATIVE_INFINITY
  private away: Text | null = null

  constructor(cluster: Pick<ClusterLogin, 'nodes'>, session: Pick<JobOfSession, 'jobId'>) {
    this.cluster = cluster
    this.session = session
  }

  async of(job: SlurmJob): Promise<{ text: Text; blocked: boolean }> {
    const { text, waiting } = this.explain(job)
    if (waiting === 'passes') {
      this.since = null
      this.lookedAt = Number.NEGATIVE_INFINITY
      this.away = null
      return { text, blocked: false }
    }
    this.since ??= performance.now()
    if (performance.now() - this.since < blockedAfterMs) return { text, blocked: false }
    if (waiting === 'nodes') await this.look(job)
    return { text: this.away ?? text, blocked: waiting === 'blocked' || this.away !== null }
  }

  private explain({ state, reason }: SlurmJob): ReturnType<typeof explainReason> {
    if (queued.has(state)) return explainReason(reason)
    if (held.test(state)) return explainReason('held')
    return { text: passing[state] ?? asText('waiting.state', { state }), waiting: 'passes' }
  }

  private async look({ partition }: SlurmJob): Promise<void> {
    if (partition === null || performance.now() - this.lookedAt < lookAtNodesMs) return
    this.lookedAt = performance.now()
    // Nodes that cannot be seen say nothing.
    this.away = allAway(await this.cluster.nodes(partition, this.session).catch(() => []))
  }
}
