/** Commands inside a running job: how a program gets to a node that refuses SSH. */

export interface JobStep {
  jobId: string
  node: string
}

/** Quotes for the user's login shell, of whatever kind: one word. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Runs a script by sh, whatever the user's login shell is. */
export const inSh = (script: string): string => `exec sh -c ${shellWord(script)}`

/**
 * The command that runs `command` (for sh) on the job's node. Standard input and output are the program's own, byte for byte:
 * without `--unbuffered` Slurm passes output on in lines. `--overlap`: the job itself holds all its resources.
 */
export function stepCommand({ jobId, node }: JobStep, command: string): string {
  if (!/^\d{1,12}$/.test(jobId) || !/^\w[\w.-]{0,252}$/.test(node)) throw new Error('no job step')
  const words = [
    `--jobid=${jobId}`,
    `--nodelist=${node}`,
    ...['--overlap', '--nodes=1', '--ntasks=1', '--unbuffered', '--mpi=none', '--chdir=/'],
  ]
  return `exec srun ${words.join(' ')} sh -c ${shellWord(command)}`
}
