/** Programs before Slurm's own on the login host: a refusal in the place of srun, an accounting in that of sacct. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SharedFolders } from './folders.ts'

/** The real program's words where the job is another user's. */
const refusal = `#!/bin/sh
echo "srun: error: Unable to confirm allocation for job: Access/permission denied" >&2
echo "srun: Check SLURM_JOB_ID environment variable. Expired or invalid job id" >&2
exit 1
`

/** Slurm's accounting needs a database that is not here: what it says of each job, whatever it is asked. */
const accounting = `#!/bin/sh
for word in "$@"; do
  case $word in (--format=*) fields=\${word#--format=} ;; esac
done
echo "$fields" | tr , '\\n' | sed 's/^State$/CANCELLED by 1/; t; s/.*//' | paste -sd '|'
`

const put = (folders: SharedFolders, name: string, program: string | null): Promise<void> => {
  const file = join(folders.loginPrograms, name)
  return program === null ? rm(file, { force: true }) : writeFile(file, program, { mode: 0o755 })
}

export const setStepsRefused = (folders: SharedFolders, refused: boolean): Promise<void> =>
  put(folders, 'srun', refused ? refusal : null)

/** Slurm's accounting says of each job that the user daemon has cancelled it. */
export const setCancelledByOther = (folders: SharedFolders, on: boolean): Promise<void> =>
  put(folders, 'sacct', on ? accounting : null)
