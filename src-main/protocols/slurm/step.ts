/** Commands inside a running job: how a program gets to a node that refuses SSH. */
import { isJobId, jobParts } from '../../domain/desktop-job.ts'
import { shellWord, type HostCommand } from '../ssh/script.ts'

export interface JobStep {
  jobId: string
  node: string
}

const isPlace = ({ jobId, node }: JobStep): boolean =>
  isJobId(jobId) && /^\d+$/.test(jobParts(jobId).number) && /^\w[\w.-]{0,252}$/.test(node)

/**
 * The command that runs `script` (for `sh`) on the job's node. Standard input and output are the program's own, byte for byte:
 * without `--unbuffered` Slurm passes output on in lines. `--overlap`: the job itself holds all its resources; before 20.11 a step
 * shared them without being asked, and srun does not know the option.
 */
export function inStep(step: JobStep, script: string): HostCommand {
  if (!isPlace(step)) throw new Error('no job step')
  const { number, on } = jobParts(step.jobId)
  const words = [
    `--jobid=${number}${on}`,
    `--nodelist=${step.node}`,
    ...['$v_overlap', '--nodes=1', '--ntasks=1', '--unbuffered', '--mpi=none', '--chdir=/'],
  ]
  return {
    script: `exec srun ${words.join(' ')} /bin/sh -c ${shellWord(script)}`,
    needs: ['srun'],
    options: [{ variable: 'v_overlap', program: 'srun', option: '--overlap' }],
  }
}
