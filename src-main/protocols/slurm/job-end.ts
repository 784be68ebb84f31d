/** How a job ended, as `scontrol show job` reports it while Slurm still remembers the job (MinJobAge, some minutes). */
import { isJobId } from '../../domain/desktop-job.ts'
import { shellWord, type HostCommand } from '../ssh/script.ts'
import { patiently } from './silence.ts'

export interface JobEnd {
  /** For instance FAILED, CANCELLED, TIMEOUT; COMPLETING for a moment before. */
  state: string
  /** Exit status, and the signal that ended it or 0: as Slurm writes them, `7:0`. */
  exitCode: string | null
  /** File of the job's output, where its name is harmless in a shell's quotes. */
  logFile: string | null
  /** Null where Slurm did not say. */
  name: string | null
  partition: string | null
  /** Unix user id that the job ran as. */
  uid: number | null
}

/** Command whose output `parseJobEnd` reads. */
export function jobEndCommand(jobId: string): HostCommand {
  if (!isJobId(jobId)) throw new Error('not a job id')
  return { script: `${patiently} scontrol show job ${jobId} 2>&1`, needs: ['scontrol'] }
}

const safePath = /^\/[\w.@+/-]{1,500}$/

/** Reads its output; null where Slurm knows the job no more. */
export function parseJobEnd(output: string): JobEnd | null {
  const field = (name: string, value: RegExp): string | null =>
    new RegExp(`\\b${name}=(${value.source})(?=\\s|$)`).exec(output)?.[1] ?? null
  const state = field('JobState', /[A-Z_]{1,20}/)
  if (state === null) return null
  const path = field('StdOut', /\S+/)
  const uid = /\bUserId=[^\s(]{1,64}\((\d{1,10})\)/.exec(output)?.[1]
  return {
    state,
    exitCode: field('ExitCode', /\d{1,5}:\d{1,5}/),
    logFile: path !== null && safePath.test(path) ? path : null,
    name: field('JobName', /\S{1,200}/),
    partition: field('Partition', /[\w.,-]{1,200}/),
    uid: uid === undefined ? null : Number(uid),
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
