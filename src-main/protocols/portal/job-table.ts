/**
 * The portal's job table (CAE): the one place where it names a job's node. Asked where Slurm itself cannot be. The dashboard
 * (5010) is no further source: its job list has a count of nodes in the place of their names.
 */
import { z } from 'zod'
import { jobParts } from '../../domain/desktop-job.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import { firstNode } from '../slurm/job-record.ts'
import type { SlurmJob } from '../slurm/job.ts'
import { basesOf } from './service-bases.ts'
import { unexpected, type PortalSender } from './http.ts'

const shape = z.object({ output: z.string() })
const deadlineMs = 10_000
const columns = 'JOBID|USER|NAME|STATE|CPUS|TIME|NODELIST'
const clusterColumn = 'CLUSTER'

/** Slurm's `[[days-]hours:]minutes:seconds`, ms; null: it is none. */
function elapsedMs(text: string): number | null {
  const parts = /^(?:(?:(\d{1,4})-)?(\d{1,2}):)?(\d{1,3}):(\d\d)$/.exec(text)
  if (!parts) return null
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0))
  return (((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000
}

/**
 * The table's rows. Where squeue is asked for several clusters it names each before its rows, or has a column for it.
 * @returns null: it has no header
 */
function tableOf(output: string): { cells: string[]; cluster: string | null }[] | null {
  let cluster: string | null = null
  let header: string[] | null = null
  const rows: { cells: string[]; cluster: string | null }[] = []
  for (const line of output.split('\n')) {
    const named = /^CLUSTER: (\S{1,64})$/.exec(line.trim())?.[1]
    const cells = line.split('|')
    const words = cells.map((cell) => cell.trim())
    if (named !== undefined) cluster = named
    else if (words.filter((word) => word !== clusterColumn).join('|') === columns) header = words
    else if (header !== null) {
      // A job's name may hold a bar: a column behind it is counted from the end.
      const at = header.indexOf(clusterColumn)
      const place = at > 2 ? cells.length - (header.length - at) : at
      const own = at < 0 ? null : (cells.splice(place, 1)[0]?.trim() ?? null)
      rows.push({ cells, cluster: own ?? cluster })
    }
  }
  return header === null ? null : rows
}

/**
 * One job of the table; null when it is not there (any more).
 * @throws VizlinkError when the portal has no such table
 */
export async function jobFromTable(
  http: PortalSender,
  portal: PortalProfile,
  jobId: string,
): Promise<SlurmJob | null> {
  const [base] = basesOf(portal, 'cae')
  const answer = await http.send(`${base}/slurm/squeue`, { deadlineMs })
  const rows = tableOf(shape.safeParse(answer.json).data?.output ?? '')
  // Without its header it is no table: an empty answer must not mean that the job is over.
  if (answer.status !== 200 || rows === null) throw unexpected('/slurm/squeue', answer)
  const { number, cluster } = jobParts(jobId)
  const row = rows.find(
    (one) => one.cells[0]?.trim() === number && (cluster === null || (one.cluster ?? cluster) === cluster),
  )?.cells
  // A job's name may hold a bar: what comes after it is counted from the end.
  const state = row?.at(-4)?.trim() ?? ''
  if (!row || !/^[A-Z_]{1,30}$/.test(state)) return null
  return {
    state,
    reason: null,
    node: firstNode(row.at(-1)?.trim() ?? ''),
    startsAt: null,
    ageMs: state === 'RUNNING' ? elapsedMs(row.at(-2)?.trim() ?? '') : null,
    endsAt: null,
    owner: null,
    partition: null,
    name: row.slice(2, -4).join('|').trim() || null,
  }
}
