/** Slurm as its own programs on the login host report it. */
import { nodeCondition } from '../../shared/node-state.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { SlurmNode, SlurmSight } from '../observations.ts'
import { patiently, saidBy, wasSilent } from '../../protocols/slurm/silence.ts'
import type { Saying } from '../../shared/texts/index.ts'
import { asText } from '../../shared/texts/index.ts'
import type { CheckLogin, ScriptOutput } from './cluster.ts'
import { excerpt } from '../../shared/bounds.ts'
import { NotSeen } from './gather.ts'

const deadlineMs = 40_000
/** Slurm's flags behind a state: not responding, and others that do not matter here. */
const flags = /[*$@~#!%+^-]+$/

/** Asks the controller first: without it every other program only waits. Error texts go to the same place as answers. */
const script = (partition: string, on: string): string => `
command -v scontrol >/dev/null 2>&1 || { echo "@@missing"; exit 0; }
answer=$(${patiently} scontrol ping 2>&1)
code=$?
echo "$answer" | sed "s/^/@@ping /"
echo "scontrol ended: $code"
case "$answer" in *UP*) ;; *) exit 0 ;; esac
${patiently} sinfo -h${on} -p ${partition} -o "@@partition %P|%a" 2>&1 || { echo "sinfo ended: $?"; exit 0; }
${patiently} sinfo -h${on} -p ${partition} -N -o "@@node %N|%T|%G|%E" 2>&1
echo "sinfo ended: $?"`

export async function lookAtSlurm(
  login: CheckLogin,
  { partition, clusters }: Pick<SiteProfile['slurm'], 'partition' | 'clusters'>,
): Promise<SlurmSight> {
  if (!/^[\w.-]{1,64}$/.test(partition)) throw new Error(`"${partition}" cannot be the name of a partition`)
  const on = clusters.length === 0 ? '' : ` --clusters=${clusters.join(',')}`
  const command = { script: script(partition, on), wants: ['scontrol', 'sinfo'] }
  return readSlurm(await login.run(null, command, deadlineMs), partition)
}

/** Reads the script's output. */
export function readSlurm(
  { lines, stdout }: Pick<ScriptOutput, 'lines' | 'stdout'>,
  partition: string,
): SlurmSight {
  const of = (name: string): string[] => lines.filter((line) => line.name === name).map(({ text }) => text)
  if (of('missing').length > 0) throw new NotSeen(asText('site-check-reasons.noPrograms'))
  // Below a controller that is down scontrol draws a box of asterisks.
  const answers = of('ping').filter((line) => !line.startsWith('*'))
  const ping = excerpt(answers.join('; '))
  const away = (seen: Saying): SlurmSight => ({
    controller: { up: false, seen },
    partition: null,
    nodes: null,
  })
  const reasonFrom = (program: string): string =>
    saidBy(
      program,
      (stdout.match(/^\w+ ended: [1-9]\d*$|^.*Unable to contact slurm controller.*$/gm) ?? []).join('\n'),
    ).value
  if (!/\bUP\b/.test(ping)) return away(ping || reasonFrom('scontrol') || asText('site-check-seen.noAnswer'))
  // It says that it is up, and nothing more: for a user who wants a session it is away.
  if (wasSilent(stdout)) return away(`${ping}; ${reasonFrom('sinfo')}`)
  const availabilities = of('partition').map((text) => text.split('|')[1] ?? '')
  const state =
    availabilities.length === 0 ? 'missing' : availabilities.some((word) => word !== 'up') ? 'down' : 'up'
  const seen =
    availabilities.length === 0
      ? asText('site-check-seen.noPartition', { partition })
      : asText('site-check-seen.partition', { partition, state: availabilities[0] ?? '' })
  // A node is listed once for each of its partitions and generic resources.
  const nodes = new Map(of('node').map((text) => [text.split('|')[0] ?? '', readNode(text)]))
  return { controller: { up: true, seen: ping }, partition: { state, seen }, nodes: [...nodes.values()] }
}

function readNode(text: string): SlurmNode {
  const [name = '', state = '', gres = '', ...reason] = text.split('|')
  const words = reason.join('|').trim()
  return {
    name,
    state: state.replace(flags, '').toLowerCase(),
    responding: !state.includes('*'),
    gres: gres === '(null)' ? '' : gres,
    reason: words === 'none' ? '' : words.slice(0, 200),
  }
}

const takesJobs = ({ state }: SlurmNode): boolean => nodeCondition(state) === 'usable'

/** The nodes to look at, those that take jobs first; those that do not respond only where none does. */
export function chooseNodes(nodes: readonly SlurmNode[], named: readonly string[]): string[] {
  if (nodes.length === 0) return [...named]
  const answering = nodes.filter(({ responding }) => responding)
  const chosen = answering.length > 0 ? answering : nodes
  return [...chosen.filter(takesJobs), ...chosen.filter((node) => !takesJobs(node))].map(({ name }) => name)
}
