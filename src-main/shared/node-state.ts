/** What a node is good for, by Slurm's words for its state. */

/**
 * `down` and `drained`: it gets no further jobs before somebody repairs it. `silent`: it does not respond now. `reserved`: for others, or
 * for maintenance.
 */
export type NodeCondition = 'down' | 'drained' | 'silent' | 'reserved' | 'usable' | 'unknown'

/** The first that fits counts. */
const conditions: readonly [pattern: RegExp, condition: NodeCondition][] = [
  [/(^|\+)(down|fail|failing|error|unknown|inval)\b/i, 'down'],
  [/(^|\+)(drain|draining|drained)\b/i, 'drained'],
  [/\*|not.?respond/i, 'silent'],
  [/maint|reserv|plan/i, 'reserved'],
  [/idle|mix|alloc|comp/i, 'usable'],
]

/** @param state as sinfo (`down*`) or the portal (`IDLE+DRAIN`) writes it; nodes that sleep (`powered_down`) are `unknown` */
export const nodeCondition = (state: string): NodeCondition =>
  conditions.find(([pattern]) => pattern.test(state))?.[1] ?? 'unknown'

/** Whether it gets no further jobs before somebody repairs it. */
export function isAway(state: string): boolean {
  const condition = nodeCondition(state)
  return condition === 'down' || condition === 'drained'
}
