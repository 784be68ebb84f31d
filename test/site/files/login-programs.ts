/** Programs before Slurm's own on the login host: a refusal in the place of srun. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SharedFolders } from './folders.ts'

/** The real program's words where the job is another user's. */
const refusal = `#!/bin/sh
echo "srun: error: Unable to confirm allocation for job: Access/permission denied" >&2
echo "srun: Check SLURM_JOB_ID environment variable. Expired or invalid job id" >&2
exit 1
`

export async function setStepsRefused(folders: SharedFolders, refused: boolean): Promise<void> {
  const file = join(folders.loginPrograms, 'srun')
  await (refused ? writeFile(file, refusal, { mode: 0o755 }) : rm(file, { force: true }))
}
