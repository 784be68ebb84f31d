/** Nodes and queue of a partition as Slurm's own programs print them on the login host. */
import { isClusterName } from '../../shared/model/site-id.ts'
import type { HostCommand } from '../ssh/script.ts'
import { patiently } from './silence.ts'
import { onceEach } from '../../shared/bounds.ts'
import type { JobStatus, NodeStatus } from '../../shared/model/status.ts'

const mostRows = 1000
export const clusterOutputBytes = 256 * 1024

function partitionOption(partition: string): string {
  if (!/^[\w.-]{1,64}(,[\w.-]{1,64}){0,31}$/.test(partition))
    throw new Error(`"${partition}" cannot be a partition`)
  return `-p ${partition}`
}

function clusterOption(clusters: readonly string[]): string {
  const bad = clusters.find((name) => !isClusterName(name))
  if (bad !== undefined) throw new Error(`"${bad}" cannot be a cluster`)
  return clusters.length === 0 ? '' : `--clusters=${clusters.join(',')} `
}

// What may hold a bar comes last.
/** @param clusters none: the programs' own */
export const nodesCommand = (partition: string, clusters: readonly string[] = []): HostCommand => ({
  script: `${patiently} sinfo -h -N ${clusterOption(clusters)}${partitionOption(partition)} -o '%N|%T|%G|%C|%m|%e|%O|%E'`,
  needs: ['sinfo'],
})
export const queueCommand = (partition: string, clusters: readonly string[] = []): HostCommand => ({
  script: `${patiently} squeue -h ${clusterOption(clusters)}${partitionOption(partition)} -o '%i|%u|%T|%M|%j'`,
  needs: ['squeue'],
})

const nothing = /^(none|n\/a|\(null\)|unknown)?$/i
const wordOr = (text: string): string | null => (nothing.test(text) ? null : text.slice(0, 200))
const figureOf = (text: string): number | null => (/^\d{1,12}(\.\d{1,4})?$/.test(text) ? Number(text) : null)

/** Lines of at least `count` columns; the last column takes what is left. */
function rows(output: string, count: number): string[][] {
  return output
    .split('\n')
    .slice(0, mostRows)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length >= count)
    .map((cells) => [...cells.slice(0, count - 1), cells.slice(count - 1).join('|')])
}

/** Reads `nodesCommand`'s output. sinfo lists a node once for each of its partitions; here it is one node. */
export function parseNodes(output: string): NodeStatus[] {
  const nodes = rows(output, 8).flatMap(([name, state, gpus, cpus, memory, free, load, reason]) => {
    const counts = /^(\d{1,9})\/\d{1,9}\/\d{1,9}\/(\d{1,9})$/.exec(cpus!)
    if (!/^[\w.-]{1,253}$/.test(name!) || !counts) return []
    return [
      {
        name: name!,
        state: state!.slice(0, 60),
        reason: wordOr(reason!),
        gpus: wordOr(gpus!),
        cpusAllocated: Number(counts[1]),
        cpusTotal: Number(counts[2]),
        cpuLoad: figureOf(load!),
        memoryMb: figureOf(memory!),
        freeMemoryMb: figureOf(free!),
      },
    ]
  })
  return onceEach(nodes, ({ name }) => name)
}

/** Reads `queueCommand`'s output. */
export function parseQueue(output: string): JobStatus[] {
  return rows(output, 5).flatMap(([id, user, state, runTime, name]) =>
    /^\d[\d_+[\]%,-]{0,59}$|^\[\d[\d\]%,-]{0,58}$/.test(id!)
      ? [
          {
            id: id!,
            user: user!.slice(0, 64),
            state: state!.slice(0, 40),
            runTime: runTime!.slice(0, 40),
            name: name!.slice(0, 200),
          },
        ]
      : [],
  )
}
