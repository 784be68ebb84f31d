/** Why a job waits, by Slurm's own reason. */
import type { NodeStatus } from '../../shared/model/status.ts'
import { isAway } from '../../shared/node-state.ts'
import { asText, type Text, type TextKey } from '../../shared/texts/index.ts'

/**
 * Whether waiting helps. `passes`: it ends by itself. `nodes`: it does, unless all nodes are away, which only a look at them shows.
 * `blocked`: somebody must change the job, the account or the cluster first.
 */
export type Waiting = 'passes' | 'nodes' | 'blocked'

/** Those without a value. */
type Reason = Exclude<
  Extract<TextKey, `waiting.reasons.${string}`>,
  'waiting.reasons.other' | 'waiting.reasons.allDown'
>

/**
 * The first that fits counts. Names: `job_reason_string` in Slurm's src/common/slurm_protocol_defs.c, since 23.02 in
 * job_state_reason.c; older ones differ in letters only. A sentence of the scheduler's may take the name's place.
 */
const known: readonly [pattern: RegExp, reason: Reason, waiting: Waiting][] = [
  [/^Resources\b/, 'waiting.reasons.resources', 'passes'],
  [/^Priority\b/, 'waiting.reasons.priority', 'passes'],
  [/^BeginTime\b/, 'waiting.reasons.beginTime', 'passes'],
  [/^DependencyNeverSatisfied\b/, 'waiting.reasons.dependencyNever', 'blocked'],
  [/^Dependency\b/, 'waiting.reasons.dependency', 'passes'],
  [/^JobHeldUser\b/, 'waiting.reasons.held', 'blocked'],
  [/^JobHeldAdmin\b/, 'waiting.reasons.heldByAdministrator', 'blocked'],
  // "launch failed requeued held", "job requeued in held state", JobHoldMaxRequeue: Slurm itself does not try again.
  [/\bheld\b|^JobHoldMaxRequeue\b/i, 'waiting.reasons.heldBySlurm', 'blocked'],
  [/^(Invalid(QOS|Account)|(Account|QOS)NotAllowed)\b/, 'waiting.reasons.invalidAccount', 'blocked'],
  [/^ReservationDeleted\b/, 'waiting.reasons.reservationGone', 'blocked'],
  // What one job may ask for; a limit on jobs together passes when another of them ends.
  [
    /^(Assoc|QOS)Max\w*(PerJob|PerNode|Wall|Minutes)|^(QOS|Association)TimeLimit\b/,
    'waiting.reasons.overLimit',
    'blocked',
  ],
  [/^(Assoc|QOS)Grp\w*(?<!Run)Minutes/, 'waiting.reasons.budget', 'blocked'],
  [
    /^(BadConstraints|MaxMemPerLimit|Partition(Node|Time)Limit|QOSMin\w+)\b/,
    'waiting.reasons.unsatisfiable',
    'blocked',
  ],
  [/^Partition(Down|Inactive|Config)\b/, 'waiting.reasons.partitionClosed', 'passes'],
  [/^ReqNodeNotAvail\b(?!,? ?\(?UnavailableNodes)/, 'waiting.reasons.reserved', 'nodes'],
  [/^(ReqNodeNotAvail|NodeDown|FrontEndDown)\b|^Nodes required\b/i, 'waiting.reasons.nodesAway', 'nodes'],
  [/^Reservation\b/, 'waiting.reasons.reservation', 'passes'],
  [/^(QOSMaxJobsPerUserLimit|AssocMaxJobsLimit)\b/, 'waiting.reasons.jobLimit', 'passes'],
]

/** Slurm's reason in words, and whether waiting helps. */
export function explainReason(reason: string | null): { text: Text; waiting: Waiting } {
  if (reason === null) return { text: asText('waiting.reasons.scheduler'), waiting: 'passes' }
  // Some versions write it in brackets, or with lines for blanks.
  const plain = reason.slice(0, 1000).replace(/^\(/, '').replaceAll('_', ' ')
  const found = known.find(([pattern]) => pattern.test(plain))
  if (found) return { text: asText(found[1]), waiting: found[2] }
  const name = reason.replace(/^\(/, '').split(/[,\s(]/)[0] ?? ''
  return { text: asText('waiting.reasons.other', { reason: name.slice(0, 60) }), waiting: 'passes' }
}

const mostNamed = 2

/** That all nodes of a job are away, with what their administrators wrote; null: one of them is there, or Slurm names none. */
export function allAway(nodes: readonly Pick<NodeStatus, 'name' | 'state' | 'reason'>[]): Text | null {
  if (nodes.length === 0 || !nodes.every(({ state }) => isAway(state))) return null
  const named = nodes.slice(0, mostNamed).map(({ name, state, reason }) => `${name}: ${reason ?? state}`)
  const more = nodes.length > mostNamed ? ', …' : ''
  return asText('waiting.reasons.allDown', { nodes: `${named.join(', ')}${more}` })
}
