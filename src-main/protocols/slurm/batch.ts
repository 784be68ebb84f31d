/** Sessions as Slurm jobs of the user's own: submit, list, place, end; everything by commands on the login host. */
import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { isJobId } from '../../domain/desktop-job.ts'
import { excerpt } from '../../shared/bounds.ts'
import { fail } from '../../shared/errors.ts'
import { shellWord, type HostCommand } from '../ssh/script.ts'
import { inEachCluster } from './clusters.ts'
import { isOver } from './job-record.ts'
import { patiently, slurmSilent, wasSilent } from './silence.ts'

/** Names of sessions' jobs: this prefix, the time, something random. */
const sessionName = /^vizlink-\d{8}-\d{6}-[0-9a-f]{4}$/
export const isSessionName = (name: string): boolean => sessionName.test(name)

export interface BatchJob {
  name: string
  jobId: string
  state: string
  /** Unix ms; null where Slurm did not say. */
  submittedAt: number | null
}

export interface Submission {
  name: string
  partition: string
  seconds: number
  /** sbatch takes the one of them where the job starts first; none: as the job script and Slurm itself say. */
  clusters: readonly string[]
  /** The client as hosts know it; no secret. */
  client: { uniqueId: string; certificatePem: string }
}

const folderOf = (name: string): string => {
  if (!isSessionName(name)) throw new Error('no session of ours')
  return `"$HOME/.cache/vizlink/sessions/${name}"`
}

/** @param random four hexadecimal digits */
export const newSessionName = (now: number, random: string): string =>
  `vizlink-${new Date(now)
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-')}-${random}`

/**
 * Takes the job script from standard input; prints the job's id. Folders of sessions that failed long ago go. A job that the
 * controller takes only after we have given up finds no folder for its log, and ends by that.
 */
export function submitCommand({ name, partition, seconds, clusters, client }: Submission): HostCommand {
  const folder = folderOf(name)
  const certificate = new X509Certificate(client.certificatePem).raw.toString('base64')
  const variables = [
    'ALL',
    `VIZLINK_SESSION=${name}`,
    `VIZLINK_CLIENT_ID=${client.uniqueId}`,
    `VIZLINK_CLIENT_CERT=${certificate}`,
  ].join(',')
  const words = [
    `--job-name=${name}`,
    ...(clusters.length > 0 ? [`--clusters=${clusters.join(',')}`] : []),
    `--partition=${partition}`,
    `--time=${Math.ceil(seconds / 60)}`,
    `--export=${variables}`,
  ]
  const script = [
    'umask 077',
    'find "$HOME/.cache/vizlink/sessions" -mindepth 1 -maxdepth 1 -mtime +2 -exec rm -rf -- {} + 2>/dev/null',
    `mkdir -p ${folder} || exit 1`,
    `${patiently} sbatch --parsable ${words.map(shellWord).join(' ')} --output=${folder}/job.log 2>&1`,
    'status=$?',
    `[ $status = 0 ] || rm -rf ${folder}`,
    'echo "sbatch ended: $status"',
  ].join('\n')
  // The job, and with it the desktop, inherits the locale.
  return { script, needs: ['sbatch'], ownLocale: true }
}

/** @throws VizlinkError submit-failed with what sbatch said, slurm-unreachable */
export function parseSubmitted(output: string): string {
  // The id comes last: plugins of a site may print before.
  const id = [...output.matchAll(/^\d{1,12}(?:;[\w.-]+)?$/gm)].at(-1)?.[0] ?? idInWords(output)
  if (id !== undefined && isJobId(id) && /^sbatch ended: 0$/m.test(output)) return id
  if (wasSilent(output)) throw slurmSilent('sbatch', output)
  throw fail('submit-failed', 'refused', {
    evidence: [
      {
        label: 'program',
        values: { program: 'sbatch' },
        value: output.trim().slice(0, 1000) || 'said nothing',
      },
    ],
  })
}

/** A site's own sbatch may leave `--parsable` out: `Submitted batch job 4711 on cluster north`. */
function idInWords(output: string): string | undefined {
  const said = [...output.matchAll(/^Submitted batch job (\d{1,12})(?: on cluster ([\w.-]+))?$/gm)].at(-1)
  return said && (said[2] === undefined ? said[1] : `${said[1]};${said[2]}`)
}

/** `--me` is younger than some installed programs. @param clusters whose jobs they may be; none: as Slurm itself says */
export const listCommand = (clusters: readonly string[] = []): HostCommand => ({
  script: [
    'export SLURM_TIME_FORMAT=%s',
    ...inEachCluster(clusters, {
      own: '--federation',
      body: [
        `${patiently} squeue $v_on --user="$(id -un)" --noheader --format="%i$v_of|%j|%T|%V" 2>&1`,
        'echo "squeue ended: $?"',
      ],
    }),
  ].join('\n'),
  needs: ['squeue'],
})

/**
 * The user's own sessions that wait or run.
 * @returns `silent`: a cluster has not answered, and may have more
 * @throws VizlinkError slurm-unreachable: none has
 */
export function parseList(output: string): { jobs: BatchJob[]; silent: Error | null } {
  const ends = output.match(/^squeue ended: \d+$/gm) ?? []
  const answered = ends.filter((end) => end === 'squeue ended: 0')
  const silent = answered.length === ends.length && ends.length > 0 ? null : slurmSilent('squeue', output)
  if (silent && answered.length === 0) throw silent
  const jobs = output.split('\n').flatMap((line) => {
    const [jobId = '', name = '', state = '', submitted = ''] = line.trim().split('|')
    if (!isJobId(jobId) || !isSessionName(name) || isOver(state)) return []
    return [
      { name, jobId, state, submittedAt: /^\d{9,11}$/.test(submitted) ? Number(submitted) * 1000 : null },
    ]
  })
  return { jobs, silent }
}

/**
 * Cancels the session's jobs and removes what they left; a session that is gone already is no error. One that Slurm does not
 * cancel keeps its files: it can still be taken up.
 */
export const endCommand = (name: string, clusters: readonly string[] = []): HostCommand => ({
  script: [
    'v_status=0',
    ...inEachCluster(clusters, {
      own: '',
      body: [`${patiently} scancel $v_on --user="$(id -un)" --name=${name} 2>&1 || v_status=$?`],
    }),
    `[ $v_status = 0 ] && rm -rf ${folderOf(name)}`,
    'rmdir "$HOME/.cache/vizlink/sessions" 2>/dev/null',
    'echo "scancel ended: $v_status"',
  ].join('\n'),
  needs: ['scancel'],
})

/** Where a session's host listens and which certificate it shows. */
export interface HostPlace {
  basePort: number
  certificatePem: string
}

const readyShape = z.object({
  version: z.literal(1),
  basePort: z.int().min(1029).max(65_514),
  certificateSha256: z.string().regex(/^[0-9a-f]{64}$/),
})

export const placeCommand = (name: string): HostCommand => {
  const folder = folderOf(name)
  return {
    script: `test -f ${folder}/ready.json && head -c 4096 ${folder}/ready.json && head -c 16384 ${folder}/host.pem`,
  }
}

/** Null while the job is not that far. @throws VizlinkError certificate-mismatch, host-not-ready */
export function parsePlace(output: string): HostPlace | null {
  const json = /^[ \t]*(\{[^\n]*\})[ \t\r]*$/m.exec(output)?.[1]
  const pem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(output)?.[0]
  if (json === undefined) return null
  try {
    const { basePort, certificateSha256 } = readyShape.parse(JSON.parse(json))
    const certificate = new X509Certificate(pem ?? '')
    if (certificate.fingerprint256.replaceAll(':', '').toLowerCase() === certificateSha256)
      return { basePort, certificatePem: certificate.toString() }
  } catch {
    throw fail('host-not-ready', 'ready-file', {
      evidence: [{ label: 'ready-file', value: excerpt(json) }],
    })
  }
  throw fail('certificate-mismatch', 'other-than-job', { retryable: false })
}
