/** Why Slurm takes no job for a partition, for a caller that does not hear what `sbatch` said. */
import type { EvidenceItem } from '../../shared/errors.ts'
import type { HostCommand } from '../ssh/script.ts'
import { patiently, saidBy, wasSilent } from './silence.ts'

export type RefusedBecause =
  | { reason: 'controller-down'; facts: object }
  | { reason: 'partition-missing'; facts: { partition: string } }
  /** @param state as Slurm calls it */
  | { reason: 'partition-inactive'; facts: { partition: string; state: string } }

const partitionsOf = (names: string): string[] =>
  names.split(',').filter((name) => /^[\w.-]{1,64}$/.test(name))

/** Asks for the controllers and for each partition. @param partitions names with commas between */
export const refusedCommand = (partitions: string): HostCommand => ({
  script: [
    `${patiently} scontrol ping 2>&1`,
    'echo "scontrol ended: $?"',
    ...partitionsOf(partitions).flatMap((name) => [
      `echo "partition ${name}:"`,
      `${patiently} scontrol --oneliner show partition ${name} 2>&1`,
    ]),
    'echo "scontrol ended: $?"',
  ].join('\n'),
  needs: ['scontrol'],
})

/**
 * Reads `refusedCommand`'s output. Words of scontrol.c (`ping`) and of its `show partition`; a partition refuses jobs while it
 * is inactive or drained, and takes them while it is down (slurm.conf(5), State).
 * @returns null: nothing of that keeps jobs away
 */
export function parseRefused(output: string, partitions: string): RefusedBecause | null {
  const [ping = '', ...shown] = output.split(/^partition (?=[\w.-]{1,64}:$)/m)
  const controllers = [...ping.matchAll(/ is (UP|DOWN)\b/g)].map(([, state]) => state)
  const noneIsUp = controllers.length > 0 && !controllers.includes('UP')
  if (noneIsUp || wasSilent(output)) return { reason: 'controller-down', facts: {} }
  for (const partition of partitionsOf(partitions)) {
    const answer = shown.find((one) => one.startsWith(`${partition}:\n`)) ?? ''
    if (/not found|invalid partition/i.test(answer))
      return { reason: 'partition-missing', facts: { partition } }
    const state = /\bState=(INACTIVE|DRAIN)\b/.exec(answer)?.[1]
    if (state !== undefined) return { reason: 'partition-inactive', facts: { partition, state } }
  }
  return null
}

/** What was asked, and what came. */
export const refusedEvidence = (output: string): EvidenceItem => saidBy('scontrol', output)
