/**
 * The portal's job table (CAE): the one place where it names a job's node. Asked where Slurm itself cannot be. The dashboard
 * (5010) is no further source: its job list has a count of nodes in the place of their names.
 */
import { z } from 'zod'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import { firstNode } from '../slurm/job-record.ts'
import type { SlurmJob } from '../slurm/job.ts'
import { basesOf } from './service-bases.ts'
import { unexpected, type PortalSender } from './http.ts'

const shape = z.object({ output: z.string() })
const deadlineMs = 10_000
const columns = 'JOBID|USER|NAME|STATE|CPUS|TIME|NODELIST'

/** Slurm's `[[days-]hours:]minutes:seconds`, ms; null: it is none. */
function elapsedMs(text: string): number | null {
  const parts = /^(?:(?:(\d{1,4})-)?(\d{1,2}):)?(\d{1,3}):(\d\d)$/.exec(text)
  if (!parts) return null
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0))
  return (((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000
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
  const rows = (shape.safeParse(answer.json).data?.output ?? '').split('\n').map((row) => row.split('|'))
  const header = rows[0]?.map((cell) => cell.trim()).join('|')
  // Without its header it is no table: an empty answer must not mean that the job is over.
  if (answer.status !== 200 || header !== columns) throw unexpected('/slurm/squeue', answer)
  const row = rows.find((cells) => cells[0]?.trim() === jobId)
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
