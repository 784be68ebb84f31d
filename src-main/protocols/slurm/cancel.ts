/** The end of a job that is a desktop's, and of no other. */
import { isDesktopsJob, isJobId, jobParts, type DesktopJob, type NamedJob } from '../../domain/desktop-job.ts'
import { fail } from '../../shared/errors.ts'
import { shellWord, type HostCommand } from '../ssh/script.ts'
import { isAlive, parseJob, unlessSeen, type SlurmJob } from './job.ts'
import { patiently, saidBy, slurmSilent } from './silence.ts'

/**
 * Cancels one job of the user's own, if it is the desktop's. The look and the end are one command, and scancel compares once
 * more itself: a number that means another job by then cancels nothing.
 */
export function cancelCommand(jobId: string, { name, partitions }: DesktopJob): HostCommand {
  if (!isJobId(jobId)) throw new Error('not a job id')
  const { number, on } = jobParts(jobId)
  const wanted = partitions.map((partition) => `"$me"${shellWord(`|${partition}|${name}`)}`)
  const script = [
    'me=$(id -un)',
    `said=$(${patiently} squeue --noheader${on} --job ${number} --format='named|%u|%P|%j' 2>&1)`,
    'status=$?',
    'echo "squeue ended: $status"',
    'printf "%s\\n" "$said"',
    // More is printed by programs of a site, and by squeue itself where it is asked for a cluster.
    'seen=$(printf "%s\\n" "$said" | sed -n "s/^named|//p")',
    'case $seen in',
    `${[...wanted, "'no partition'"].join('|')})`,
    '  partition=${seen#*"|"}',
    `  ${patiently} scancel${on} --user="$me" --partition="\${partition%%"|"*}" --name=${shellWord(name)} ${number} 2>&1`,
    '  echo "scancel ended: $?" ;;',
    'esac',
    // A job of which squeue shows nothing may still be there.
    'case "$status $said" in (124*|137*|*"nable to contact"*) shown=yes ;; (*) shown=$seen ;; esac',
    ...unlessSeen('[ -n "$shown" ]', jobId),
  ].join('\n')
  return { script, needs: ['squeue'] }
}

/**
 * Reads what `cancelCommand` says; a job that is over already is no error.
 * @throws VizlinkError slurm-unreachable: the job may still run; foreign-job: nothing was cancelled
 */
export function parseCancelled(output: string): void {
  if (/^scancel ended: /m.test(output)) return parseEnded(output)
  const seen = /^named\|([^|\n]*\|.*)$/m.exec(output)?.[1]
  if (!/^squeue ended: 0$/m.test(output) || seen === undefined) {
    if (isAlive(parseJob(output))) throw slurmSilent('squeue', output)
    return
  }
  const [user = '', partition = '', ...name] = seen.split('|')
  throw foreignJob({ user, partition, name: name.join('|') })
}

/** The job that a session's record names is not the desktop's: nothing is done to it, nor with it. */
export function foreignJob(seen: NamedJob & { user: string | null }): Error {
  const shown = (text: string | null): string =>
    text === null || text === '' ? 'unknown' : text.slice(0, 200)
  return fail('foreign-job', 'not-the-desktops', {
    evidence: [
      { label: 'job-name', value: shown(seen.name) },
      { label: 'job-partition', value: shown(seen.partition) },
      { label: 'job-user', value: shown(seen.user) },
    ],
    retryable: false,
  })
}

/** Gives a session's job as it was seen. @throws VizlinkError foreign-job: what has its number now is not the desktop's */
export function desktopsOwn(job: SlurmJob | null, desktop: DesktopJob | null): SlurmJob | null {
  if (isAlive(job) && !isDesktopsJob(job, desktop))
    throw foreignJob({ ...job, user: job.owner?.name ?? null })
  return job
}

/** Reads how scancel ended. @throws VizlinkError slurm-unreachable: the job may still run */
export function parseEnded(output: string): void {
  if (/^scancel ended: 0$/m.test(output)) return
  throw fail('slurm-unreachable', 'not-cancelled', { evidence: [saidBy('scancel', output)] })
}
