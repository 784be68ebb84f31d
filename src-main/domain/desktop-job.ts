/**
 * Which Slurm job is a desktop's own. The ids that a portal's records name are not proof of that: a record may be forged, and a
 * job's number is given again one day. So the job itself is looked at before it is cancelled, entered, or believed.
 */
import { isClusterName } from '../shared/model/site-id.ts'

/**
 * A job's number; that of one task of an array (`123_4`), or of one part of a heterogeneous job (`123+1`). Where Slurm has several
 * clusters, with the job's own as sbatch writes it: `123;north`.
 */
export const isJobId = (text: string): boolean => {
  const [number = '', ...clusters] = text.split(';')
  return /^\d{1,12}(?:[_+]\d{1,9})?$/.test(number) && clusters.length < 2 && clusters.every(isClusterName)
}

/**
 * @returns `on`: the option by which Slurm's programs ask the job's cluster, after a blank; empty: they ask their own. `shown`: the
 * same for programs that show jobs; without a cluster they look in all of the federation that theirs may be in, for there a job may
 * be started by another cluster than took it
 */
export function jobParts(jobId: string): {
  number: string
  cluster: string | null
  on: string
  shown: string
} {
  const [number = '', cluster = null] = jobId.split(';')
  const on = cluster === null ? '' : ` --clusters=${cluster}`
  return { number, cluster, on, shown: on || ' --federation' }
}

/** A portal names no cluster with its jobs: where the site profile names one it is that. */
export const withCluster = (jobId: string, clusters: readonly string[]): string =>
  clusters.length === 1 && isJobId(jobId) && jobParts(jobId).cluster === null
    ? `${jobId};${clusters[0]}`
    : jobId

/** What Slurm says of a job; null where it did not. */
export interface NamedJob {
  name: string | null
  partition: string | null
}

/** What the job of one desktop is called, and where it runs. */
export interface DesktopJob {
  name: string
  /** One of these, as job and site profile may name several. */
  partitions: string[]
}

/** The portal names jobs by service and user (`#SBATCH --job-name` of its scripts); a session by sbatch is its job's name. */
const names: readonly [id: RegExp, name: (user: string) => string][] = [
  [/^ml-([\w.@+-]{1,64})-\d{1,12}$/, (user) => `moonlight-${user}`],
  [/^vnc-([\w.@+-]{1,64})-\d{1,12}$/, (user) => `vnc-${user}`],
  [/^(vizlink-\d{8}-\d{6}-[0-9a-f]{4})$/, (name) => name],
]

const listed = (partitions: string): string[] => partitions.split(',').filter((one) => one !== '')

/**
 * @param partition of the site profile; several with commas between them
 * @returns null: nothing that this client knows has such an id
 */
export function desktopJob(sessionId: string, partition: string): DesktopJob | null {
  for (const [id, name] of names) {
    const user = id.exec(sessionId)?.[1]
    if (user !== undefined) return { name: name(user), partitions: listed(partition) }
  }
  return null
}

/** Whether a job is the desktop's. A source that reports no partition (the portal's job table) is asked for the name alone. */
export function isDesktopsJob({ name, partition }: NamedJob, desktop: DesktopJob | null): boolean {
  if (desktop === null || name !== desktop.name) return false
  return partition === null || listed(partition).every((one) => desktop.partitions.includes(one))
}
