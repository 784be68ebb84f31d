/** One job as Slurm's own programs tell it on the login host. */

export interface SlurmJob {
  /** For instance PENDING, RUNNING, COMPLETING. */
  state: string
  /** Slurm's reason for waiting, or null. */
  reason: string | null
  /** First node, or null while none is given. */
  node: string | null
  /** Expected or real start, Unix ms; null where Slurm does not know. */
  startsAt: number | null
  /** End by its time limit, Unix ms; null where unknown. */
  endsAt: number | null
}

/** States of a job that will not run any more, or is on its way out. */
const over =
  /^(COMPLET|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|BOOT_FAIL|DEADLINE|PREEMPTED|REVOKED|STOPPED)/

/** Whether a job waits or runs. Slurm still shows finished jobs for a while. */
export const isAlive = (job: SlurmJob | null): job is SlurmJob => job !== null && !over.test(job.state)

const jobId = /^\d{1,12}$/

/** Command that prints one job; times in epoch seconds by the cluster's clock. */
export function jobCommand(id: string): string {
  if (!jobId.test(id)) throw new Error('not a job id')
  return `SLURM_TIME_FORMAT=%s squeue --noheader --job ${id} --format='%T|%r|%N|%S|%e' 2>&1`
}

const seconds = (text: string | undefined): number | null =>
  text && /^\d{9,11}$/.test(text) ? Number(text) * 1000 : null

/** First name of a node list such as `viz-node[001-003],x`. */
export function firstNode(list: string): string | null {
  const match = /^([\w.-]+?)(?:\[(\d+)[^\]]*\])?(?:,|$)/.exec(list)
  if (!match?.[1]) return null
  return match[1] + (match[2] ?? '')
}

/** Reads the command's output; null when the job is not in the queue (any more) or the output is not Slurm's. */
export function parseJob(output: string): SlurmJob | null {
  const line = output
    .slice(0, 4096)
    .split('\n')
    .find((text) => /^[A-Z_]+\|/.test(text))
  if (line === undefined) return null
  const [state = '', reason = '', node = '', start, end] = line.trim().split('|')
  return {
    state,
    reason: reason === '' || reason === 'None' ? null : reason,
    node: node === '' ? null : firstNode(node),
    startsAt: seconds(start),
    endsAt: seconds(end),
  }
}

/** Slurm's reason in words, and whether waiting is hopeless. */
export function explainReason(reason: string | null): {
  words: string
  kind: 'waits' | 'node-down' | 'partition'
} {
  if (reason === null) return { words: 'Waiting for the scheduler', kind: 'waits' }
  const name = reason.split(/[,\s(]/)[0] ?? ''
  if (/^(ReqNodeNotAvail|Nodes_required_for_job_are_DOWN|NodeDown|BadConstraints)/i.test(reason)) {
    return { words: 'The nodes for this job are down', kind: 'node-down' }
  }
  if (/^Nodes required for job are DOWN/i.test(reason))
    return { words: 'The nodes for this job are down', kind: 'node-down' }
  if (/^(PartitionDown|PartitionInactive|PartitionConfig)/i.test(name)) {
    return { words: 'The partition does not take jobs now', kind: 'partition' }
  }
  const words: Record<string, string> = {
    Resources: 'Waiting for a free node',
    Priority: 'Waiting behind jobs of higher priority',
    BeginTime: 'Starts again in a moment',
    Dependency: 'Waiting for another job',
    QOSMaxJobsPerUserLimit: 'You have reached the limit of running jobs',
    JobHeldUser: 'The job is held',
    JobHeldAdmin: 'An administrator holds the job',
  }
  return { words: words[name] ?? `Waiting (${name.slice(0, 60)})`, kind: 'waits' }
}
