/** How a job is or ended, as the controller reports it while it remembers the job (MinJobAge, some minutes), or the accounting. */
import { isJobId, jobParts } from '../../domain/desktop-job.ts'
import { shellWord, type HostCommand } from '../ssh/script.ts'
import { accountingLines, readAccounting } from './accounting.ts'
import { firstNode, isOver, readJobRecord } from './job-record.ts'
import { patiently } from './silence.ts'

/** Who cancelled a job: the accounting alone knows. */
export interface Canceller {
  uid: number
  /** Null where the login host has no name for the number. */
  name: string | null
  /** Whether it is the user who asks. */
  self: boolean
}

export interface JobEnd {
  /** For instance FAILED, CANCELLED, TIMEOUT; COMPLETING for a moment before. */
  state: string
  /** Exit status, and the signal that ended it or 0: as Slurm writes them, `7:0`. */
  exitCode: string | null
  /** File of the job's output, where its name is harmless in a shell's quotes. */
  logFile: string | null
  /** How often Slurm has put it back into the queue, as far as it says. */
  restarts: number
  /** First node that it had. */
  node: string | null
  /** Null where Slurm did not say. */
  name: string | null
  partition: string | null
  /** Unix user id that the job ran as. */
  uid: number | null
  cancelledBy: Canceller | null
}

/**
 * Command whose output `parseJobEnd` reads. The accounting is asked who cancelled a job, and for one that the controller has
 * forgotten; not every site has it.
 */
export function jobEndCommand(jobId: string): HostCommand {
  if (!isJobId(jobId)) throw new Error('not a job id')
  const { number, shown } = jobParts(jobId)
  const script = [
    `known=$(${patiently} scontrol${shown} show job ${number} 2>&1)`,
    'printf "%s\\n" "$known"',
    'case $known in (*JobState=CANCELLED*|*"Invalid job id"*) ;; (*) exit 0 ;; esac',
    ...accountingLines(jobId),
    `by=$(printf '%s\\n' "$kept" | sed -n 's/^CANCELLED by \\([0-9]\\{1,10\\}\\)|.*/\\1/p' | tail -n 1)`,
    `[ -z "$by" ] || echo "cancelled by: $by $(id -u) $(getent passwd "$by" | cut -d: -f1)"`,
  ].join('\n')
  return { script, needs: ['scontrol'] }
}

const safePath = /^\/[\w.@+/-]{1,500}$/

/** Reads its output; null where Slurm knows the job no more. */
export function parseJobEnd(output: string): JobEnd | null {
  const cancelledBy = cancellerIn(output)
  const record = readJobRecord(output)
  if (record === null) return keptEnd(output, cancelledBy)
  const { state, restarts, exitCode, output: path, node, name, partition, uid } = record
  const logFile = path !== null && safePath.test(path) ? path : null
  return { state, restarts, exitCode, logFile, node, name, partition, uid, cancelledBy }
}

function cancellerIn(output: string): Canceller | null {
  const [, by, own, name] = /^cancelled by: (\d{1,10}) (\d{1,10}) ?(\S{1,64})?$/m.exec(output) ?? []
  return by === undefined ? null : { uid: Number(by), name: name ?? null, self: by === own }
}

/** What the accounting says of one that is over. */
function keptEnd(output: string, cancelledBy: Canceller | null): JobEnd | null {
  const kept = readAccounting(output)
  if (kept === null || !isOver(kept.state)) return null
  const { state, exitCode, nodes, uid, partition, name } = kept
  return {
    ...{ state, restarts: 0, cancelledBy, logFile: null, node: firstNode(nodes) },
    exitCode: /^\d{1,5}:\d{1,5}$/.test(exitCode) ? exitCode : null,
    partition: partition || null,
    name: name || null,
    uid: /^\d{1,10}$/.test(uid) ? Number(uid) : null,
  }
}

/**
 * Command that prints the end of a job's log. A file of somebody else says nothing of the job, and what is no file might never
 * end.
 */
export function jobLogCommand({ logFile, uid }: { logFile: string; uid: number | null }): HostCommand {
  const file = shellWord(logFile)
  const script = [
    `[ -f ${file} ] || exit 0`,
    `owner=$(stat -L -c %u -- ${file})`,
    `[ "$owner" = "$(id -u)" ] || [ "$owner" = "${uid ?? ''}" ] || exit 0`,
    `exec ${patiently} tail -c 3000 -- ${file}`,
  ].join('\n')
  return { script }
}
