/** Reads sinfo, squeue and scontrol as text, as the portal's dashboard does. */
import type { Slurm } from '../slurm/index.ts'

export interface NodeRow {
  name: string
  address: string
  /** Long state without and with its flag (`down`, `down*`). */
  state: string
  stateWithFlag: string
  cpus: number
  cpusAllocated: number
  cpusIdle: number
  /** `allocated/idle/other/total`. */
  cpuCounts: string
  memoryMegabytes: number
  freeMemory: string
  load: string
  timeLimit: string
  partition: string
}

export interface PartitionRow {
  name: string
  availability: string
  timelimit: string
  nodes: number
  state: string
  nodelist: string
}

export interface JobRow {
  jobId: string
  partition: string
  jobName: string
  userId: string
  state: string
  nodes: number
  cpus: number
  memory: string
  startTime: string
  runTime: string
  qos: string
}

/** Every function rejects when Slurm does not answer with success; `ping` gives null then. */
export interface SlurmReader {
  ping(): Promise<string | null>
  nodes(): Promise<NodeRow[]>
  partitions(): Promise<PartitionRow[]>
  jobs(): Promise<JobRow[]>
}

export function slurmReader(slurm: Slurm): SlurmReader {
  const rows = async (program: string, args: string[]): Promise<string[][]> => {
    const listed = await slurm.run(program, args, 5000)
    if (listed.code !== 0) throw new Error(listed.timedOut ? 'Slurm command timeout' : listed.stderr.trim())
    return listed.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.trim().split('|'))
  }
  return {
    async ping() {
      const answer = await slurm.run('scontrol', ['ping'], 5000)
      const line = answer.stdout.trim().split('\n')[0] ?? ''
      return answer.code === 0 && line.endsWith('UP') ? line : null
    },
    async nodes() {
      const listed = await rows('sinfo', ['-N', '-h', '-o', '%N|%o|%T|%C|%m|%e|%O|%l|%P'])
      return listed.map((row) => {
        const cell = (index: number): string => row[index] ?? ''
        const [allocated, idle, , total] = cell(3).split('/').map(Number)
        return {
          name: cell(0),
          address: cell(1),
          state: cell(2).replace(/[*~#!%$@^-]+$/, ''),
          stateWithFlag: cell(2),
          cpus: total ?? 0,
          cpusAllocated: allocated ?? 0,
          cpusIdle: idle ?? 0,
          cpuCounts: cell(3),
          memoryMegabytes: Number(cell(4)),
          freeMemory: cell(5),
          load: cell(6),
          timeLimit: cell(7),
          partition: cell(8).replace('*', ''),
        }
      })
    },
    async partitions() {
      const listed = await rows('sinfo', ['-h', '-o', '%P|%a|%l|%D|%T|%N'])
      return listed.map(
        ([name = '', availability = '', timelimit = '', nodes = '', state = '', nodelist = '']) => ({
          name: name.replace('*', ''),
          availability,
          timelimit,
          nodes: Number(nodes),
          state,
          nodelist,
        }),
      )
    },
    async jobs() {
      const listed = await rows('squeue', ['-h', '-o', '%i|%P|%j|%u|%T|%D|%C|%m|%S|%M|%Q'])
      return listed.map((row) => {
        const cell = (index: number): string => row[index] ?? ''
        return {
          jobId: cell(0),
          partition: cell(1),
          jobName: cell(2),
          userId: cell(3),
          state: cell(4),
          nodes: Number(cell(5)),
          cpus: Number(cell(6)),
          memory: cell(7),
          startTime: cell(8),
          runTime: cell(9),
          qos: cell(10),
        }
      })
    },
  }
}
