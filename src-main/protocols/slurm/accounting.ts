/** A job as the accounting keeps it (`sacct`): for those that the controller has forgotten, and who cancelled one. */
import { jobParts } from '../../domain/desktop-job.ts'
import { isElsewhere } from './job-record.ts'
import { patiently } from './silence.ts'

/** Its fields as they were written. */
export interface KeptJob {
  state: string
  exitCode: string
  nodes: string
  start: string
  end: string
  user: string
  uid: string
  partition: string
  name: string
}

/** Lines that print what `readAccounting` reads, where there is an accounting, and keep it in `$kept`. */
export function accountingLines(jobId: string): string[] {
  const { number, shown } = jobParts(jobId)
  return [
    'kept=',
    'command -v sacct >/dev/null 2>&1 && {',
    `  kept=$(${patiently} sacct --noheader${shown} --parsable2 --allocations --jobs=${number} --format=State,ExitCode,NodeList,Start,End,User,UID,Partition,JobName 2>&1)`,
    '  echo "sacct ended: $?"',
    "  printf '%s\\n' \"$kept\" | sed 's/^/kept|/'",
    '}',
  ]
}

/** The latest that it keeps under the number. It writes `CANCELLED by 1000`; a name comes last, as it may hold a bar. */
export function readAccounting(output: string): KeptJob | null {
  const rows = [...output.matchAll(/^[ \t]*kept\|([A-Z_]+)(?: by \w+)?\+?\|(.*?)\r?$/gm)]
  const row = rows.findLast(([, state = '']) => !isElsewhere(state))
  if (!row) return null
  const [, state = '', rest = ''] = row
  const [exitCode = '', nodes = '', start = '', end = '', user = '', uid = '', partition = '', ...name] =
    rest.split('|')
  return { state, exitCode, nodes, start, end, user, uid, partition, name: name.join('|') }
}
