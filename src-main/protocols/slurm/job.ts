/** One job as Slurm's own programs report it on the login host. */
import { patiently, slurmSilent } from './silence.ts'

/** The Unix user of a job. */
export interface JobOwner {
  name: string
  uid: number
}

export interface SlurmJob {
  /** For instance PENDING, RUNNING, COMPLETING. */
  state: string
  /** Slurm's reason for waiting, or null. */
  reason: string | null
  /** First node, or null while none is given. */
  node: string | null
  /** Expected or real start, Unix ms; null where Slurm does not know. */
  startsAt: number | null
  /** How long it has run by the cluster's own clock, ms; null while it does not run. */
  ageMs: number | null
  /** End by its time limit, Unix ms; null where unknown. */
  endsAt: number | null
  /** Whom it runs as; null where Slurm did not say. */
  owner: JobOwner | null
  /** Null where Slurm did not say. */
  partition: string | null
  name: string | null
}

/** States of a job that will not run any more, or is on its way out. */
const over =
  /^(COMPLET|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|BOOT_FAIL|DEADLINE|PREEMPTED|REVOKED|STOPPED)/

/** Whether a job waits or runs. Slurm still shows finished jobs for a while. */
export const isAlive = (job: SlurmJob | null): job is SlurmJob => job !== null && !over.test(job.state)

const jobId = /^\d{1,12}$/

/** Command that prints one job, then how squeue ended; times in epoch seconds by the cluster's clock. */
export function jobCommand(id: string): string {
  if (!jobId.test(id)) throw new Error('not a job id')
  return `SLURM_TIME_FORMAT=%s ${patiently} squeue --noheader --job ${id} --format='%T|%r|%N|%S|%e|%u|%U|%P|%j' 2>&1; echo "squeue ended: $?"; date '+now: %s'`
}

const seconds = (text: string | undefined): number | null =>
  text && /^\d{9,11}$/.test(text) ? Number(text) * 1000 : null

/** First name of a node list such as `viz-node[001-003],x`. */
export function firstNode(list: string): string | null {
  const first = /^((?:[^,[\]]|\[[^\]]*\])*)(?:,|$)/.exec(list)?.[1] ?? ''
  const name = first.replace(/\[(\d+)[^\]]*\]/g, '$1')
  return /^\w[\w.-]{0,252}$/.test(name) ? name : null
}

const jobLine = /^[A-Z_]+\|/
const ending = /^squeue ended: (\d+)$/
const clock = /^now: (\d{9,11})$/

const firstMatch = (lines: readonly string[], pattern: RegExp): string | undefined =>
  lines.map((text) => pattern.exec(text)?.[1]).find((found) => found !== undefined)

const ageOf = (start: number | null, now: number | null): number | null =>
  start === null || now === null ? null : Math.max(0, now - start)

/**
 * Reads the command's output; null when the job is not in the queue (any more).
 * @throws VizlinkError slurm-unreachable: Slurm did not say anything about the job
 */
export function parseJob(output: string): SlurmJob | null {
  // A login shell may print something of its own before.
  const lines = output
    .slice(0, 16_384)
    .split('\n')
    .map((text) => text.trim())
  const line = lines.find((text) => jobLine.test(text))
  if (line === undefined) {
    const status = firstMatch(lines, ending)
    if (status === '0' || /Invalid job id/i.test(output)) return null
    throw slurmSilent('squeue', output)
  }
  const [state = '', reason = '', node = '', start, end, user, uid, partition, ...name] = line.split('|')
  return {
    state,
    reason: reason === '' || reason === 'None' ? null : reason,
    node: node === '' ? null : firstNode(node),
    startsAt: seconds(start),
    ageMs: state === 'RUNNING' ? ageOf(seconds(start), seconds(firstMatch(lines, clock))) : null,
    endsAt: seconds(end),
    owner: user && uid && /^\d{1,10}$/.test(uid) ? { name: user, uid: Number(uid) } : null,
    partition: partition || null,
    // It comes last: a job's name may hold a bar.
    name: name.join('|') || null,
  }
}
