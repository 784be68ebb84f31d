/** One job as Slurm's own programs report it on the login host. */
import { isJobId, jobParts } from '../../domain/desktop-job.ts'
import type { HostCommand } from '../ssh/script.ts'
import { firstNode, isElsewhere, isOver, mostAlive, readJobRecord, type JobRecord } from './job-record.ts'
import { accountingLines, readAccounting } from './accounting.ts'
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

/** Whether a job is on its way out: to its end or, where Slurm puts it back, into the queue. Its node may take minutes for that. */
export const isCompleting = (job: SlurmJob | null): boolean => job?.state === 'COMPLETING'

/** Whether a job waits to be started, also again. */
export const isWaiting = ({ state }: SlurmJob): boolean =>
  /^(PENDING|CONFIGURING|REQUEUE\w*|SPECIAL_EXIT)$/.test(state)

/** Whether a job waits or runs. Slurm still shows finished jobs for a while. */
export const isAlive = (job: SlurmJob | null): job is SlurmJob => job !== null && !isOver(job.state)

const jobFormat = 'job|%T|%r|%N|%S|%e|%u|%U|%P|%j'

/**
 * Command whose output `parseJob` reads: the job as squeue shows it, also one that has ended. Where squeue shows none, the
 * controller and the accounting are asked. Times are in epoch seconds by the cluster's clock.
 */
export function jobCommand(id: string): HostCommand {
  if (!isJobId(id)) throw new Error('not a job id')
  const { number, on } = jobParts(id)
  const script = [
    'export SLURM_TIME_FORMAT=%s',
    `seen=$(${patiently} squeue --noheader${on} --states=all --job ${number} --format='${jobFormat}' 2>&1)`,
    'status=$?',
    'echo "squeue ended: $status"',
    'printf "%s\\n" "$seen"',
    "date '+now: %s'",
    // A controller that is away is not waited for once more.
    'case "$status $seen" in',
    '  (124*|137*|*"nable to contact"*) shown=yes ;;',
    '  (*) shown=$(printf "%s\\n" "$seen" | grep "^job|" | grep -v "^job|REVOKED") ;;',
    'esac',
    ...unlessSeen('[ -n "$shown" ]', id),
  ].join('\n')
  return { script, needs: ['squeue'] }
}

/** Lines that ask the controller and the accounting for a job, unless a condition holds. */
export function unlessSeen(condition: string, id: string): string[] {
  const { number, shown } = jobParts(id)
  return [
    `${condition} || {`,
    `  known=$(${patiently} scontrol${shown} show job ${number} 2>&1)`,
    '  echo "scontrol ended: $?"',
    '  printf "%s\\n" "$known"',
    '  case $known in',
    '    (*JobState=REVOKED*) asking=yes ;;',
    '    (*JobState=*) asking= ;;',
    '    (*) asking=yes ;;',
    '  esac',
    '  if [ -n "$asking" ]; then',
    ...accountingLines(id),
    '  fi',
    "  echo 'asked everywhere'",
    '}',
  ]
}

const seconds = (text: string | null | undefined): number | null =>
  text && /^\d{9,11}$/.test(text) ? Number(text) * 1000 : null

const mostOutput = 64 * 1024
const clock = /^now: (\d{9,11})$/

const ageOf = (start: number | null, now: number | null): number | null =>
  start === null || now === null ? null : Math.max(0, now - start)

/** What a source says of a job, as text. */
interface Row {
  state: string
  reason?: string | null | undefined
  node?: string | null | undefined
  start?: string | null | undefined
  end?: string | null | undefined
  user?: string | null | undefined
  uid?: string | null | undefined
  partition?: string | null | undefined
  name?: string | null | undefined
}

/** squeue's own lines. It comes last: a job's name may hold a bar. */
function rowsOfQueue(lines: readonly string[]): Row[] {
  return lines.flatMap((line) => {
    const [, state = '', reason, node, start, end, user, uid, partition, ...name] = line.split('|')
    return /^job\|[A-Z_]+\|/.test(line)
      ? [{ state, reason, node, start, end, user, uid, partition, name: name.join('|') }]
      : []
  })
}

/**
 * Reads the command's output. A job is over only if squeue, the controller or the accounting names a final state. `null`: the
 * controller itself answers that it knows no such job ("Invalid job id specified" to `scontrol show job`), and the accounting, where
 * there is one, does not have it as one that waits or runs. The controller forgets a job `MinJobAge` (300 s as installed) after its
 * end, so on a site without accounting this is all that can ever be learned of an old one. An empty answer, one that was cut off and
 * one of squeue alone say nothing.
 * @throws VizlinkError slurm-unreachable: Slurm did not say anything about the job
 */
export function parseJob(output: string): SlurmJob | null {
  const text = output.slice(0, mostOutput)
  const lines = text.split('\n').map((line) => line.trim())
  const now = lines.map((line) => clock.exec(line)?.[1]).find((found) => found !== undefined)
  const queued = rowsOfQueue(lines)
  const record = readJobRecord(text)
  const seen = mostAlive([...queued, ...(record ? [rowOf(record)] : [])])
  if (seen && !isElsewhere(seen.state)) return jobOf(seen, now)
  const kept = readAccounting(text)
  if (kept && isOver(kept.state)) return jobOf({ ...kept, node: kept.nodes }, now)
  if (seen) return jobOf(seen, now)
  if (!kept && isUnknown(text)) return null
  throw slurmSilent('squeue', text)
}

/** Whether the controller has answered that it knows no such job, and nothing else that was asked was cut off. */
const isUnknown = (output: string): boolean =>
  /^scontrol ended: [1-9]\d{0,2}\n(?:.*\n){0,20}?slurm_load_jobs error: Invalid job id specified\s*$/m.test(
    output,
  ) && /^asked everywhere$/m.test(output)

const rowOf = ({ uid, ...record }: JobRecord): Row => ({ ...record, uid: uid === null ? null : String(uid) })

function jobOf({ state, reason, node, start, end, user, uid, partition, name }: Row, now?: string): SlurmJob {
  return {
    state,
    reason: !reason || reason === 'None' ? null : reason,
    node: firstNode(node ?? ''),
    startsAt: seconds(start),
    ageMs: state === 'RUNNING' ? ageOf(seconds(start), seconds(now)) : null,
    endsAt: seconds(end),
    owner: user && uid && /^\d{1,10}$/.test(uid) ? { name: user, uid: Number(uid) } : null,
    partition: partition || null,
    name: name || null,
  }
}
