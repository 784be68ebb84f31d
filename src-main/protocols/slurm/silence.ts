/** Slurm's programs while its controller is away: how long they may try, and how their silence is reported. */
import { fail, knownFacts, type EvidenceItem } from '../../shared/errors.ts'

const patienceSeconds = 8

/**
 * Goes before each of Slurm's programs. With a controller that is away they try for longer than our own deadline, and an SSH
 * server ends no program whose channel is closed: on the login host itself their time is limited. Their status is 124 then.
 */
export const patiently = `timeout -k 2 ${patienceSeconds}`

const ranOut = /^\w+ ended: (124|137)$/m
/** Slurm's own words (slurm_errno.c) for a controller that is away, overloaded, or leaves its place to the other one. */
const away =
  /Unable to contact slurm controller|Socket timed out on send\/recv|backup controller in standby|Zero Bytes were transmitted/i

/** Whether a program's output, followed by `NAME ended: STATUS`, says that no controller has answered. */
export const wasSilent = (output: string): boolean => ranOut.test(output) || away.test(output)

/** @param output what the program said, and how it ended */
export function saidBy(program: string, output: string): EvidenceItem {
  const said = output.trim().slice(0, 1000)
  return {
    label: 'program',
    values: { program },
    value: ranOut.test(said) ? `${said}: no answer in ${patienceSeconds} s` : said,
  }
}

/** @param output what the program said, and how it ended */
export const slurmSilent = (program: string, output: string): Error =>
  fail('slurm-unreachable', 'silent', { evidence: [saidBy(program, output)] })

/** The login host has none of Slurm's programs: waiting brings no answer. */
export const hasNoSlurm = (error: unknown): boolean =>
  knownFacts(error, 'no-commands', 'program-missing') !== null
