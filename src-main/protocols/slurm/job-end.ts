/** How a job ended, as `scontrol show job` tells it while Slurm still remembers the job (MinJobAge, some minutes). */
import { patiently } from './silence.ts'

export interface JobEnd {
  /** For instance FAILED, CANCELLED, TIMEOUT; COMPLETING for a moment before. */
  state: string
  /** Exit status, and the signal that ended it or 0: as Slurm writes them, `7:0`. */
  exitCode: string | null
  /** File of the job's output, where its name is harmless in a shell's quotes. */
  logFile: string | null
}

/** Command whose output `parseJobEnd` reads. */
export function jobEndCommand(jobId: string): string {
  if (!/^\d{1,12}$/.test(jobId)) throw new Error('not a job id')
  return `${patiently} scontrol show job ${jobId} 2>&1`
}

const safePath = /^\/[\w.@+/-]{1,500}$/

/** Reads its output; null where Slurm knows the job no more. */
export function parseJobEnd(output: string): JobEnd | null {
  const field = (name: string, value: RegExp): string | null =>
    new RegExp(`\\b${name}=(${value.source})(?=\\s|$)`).exec(output)?.[1] ?? null
  const state = field('JobState', /[A-Z_]{1,20}/)
  if (state === null) return null
  const path = field('StdOut', /\S+/)
  return {
    state,
    exitCode: field('ExitCode', /\d{1,5}:\d{1,5}/),
    logFile: path !== null && safePath.test(path) ? path : null,
  }
}
