/** Rules about nodes: each node is judged, the worst counts, and what was seen names the nodes. */
import type { CheckResult } from '../../shared/model/site-check.ts'
import { asText, type Saying } from '../../shared/texts/index.ts'
import type { NodeSight, Observations } from '../observations.ts'
import { judged, pass, untested, warning, type Rule, type Verdict } from './verdict.ts'

const worstFirst: readonly CheckResult[] = ['fail', 'warning', 'pass', 'not-testable']
/** What differs from node to node is shown of so many. */
const mostShown = 4
const mostNames = 8
const longestWords = 300

interface OfNode {
  name: string
  seen: Saying
}

const shortened = (names: readonly string[]): string =>
  names.slice(0, mostNames).join(', ') + (names.length > mostNames ? ` +${names.length - mostNames}` : '')

/** Words of nodes, those of several that are alike once. */
function together(all: readonly OfNode[]): Saying {
  const alike = new Map<string, { names: string[]; seen: Saying }>()
  for (const { name, seen } of all) {
    const words = typeof seen === 'string' ? seen.slice(0, longestWords) : seen
    const key = JSON.stringify(words)
    const group = alike.get(key) ?? { names: [], seen: words }
    group.names.push(name)
    alike.set(key, group)
  }
  const groups = [...alike.values()]
  const shown = groups
    .slice(0, mostShown)
    .map(({ names, seen }): Saying => asText('site-check-seen.onNode', { node: shortened(names), seen }))
  const further = groups.slice(mostShown).reduce((count, { names }) => count + names.length, 0)
  if (further > 0) shown.push(asText('site-check-seen.furtherNodes', { count: further }))
  return shown.reduce((one, other) => asText('site-check-seen.both', { one, other }))
}

/** Judges each node that was looked at; the worst result is the finding's. */
export const onNodes =
  (judge: (node: NodeSight, o: Observations) => Verdict): Rule =>
  (o) =>
    judged(o.nodes, ({ looked, all }) => {
      const verdicts = looked.map(({ name, sight }) => ({ name, ...judged(sight, (node) => judge(node, o)) }))
      const result = worstFirst.find((one) => verdicts.some((verdict) => verdict.result === one))
      const such = verdicts.filter((verdict) => verdict.result === result)
      const [first] = such
      if (first === undefined || result === undefined) return untested('noNode')
      const seen = together(such)
      return {
        result,
        seen:
          looked.length < all
            ? asText('site-check-seen.someNodes', { seen, looked: looked.length, all })
            : seen,
        reason: first.reason,
      }
    })

export const nodesLetIn: Rule = (o) =>
  judged(o.nodes, ({ looked }) => {
    const refusals = looked.flatMap(({ name, way }) => (way.ok ? [] : [{ name, seen: way.reason }]))
    return refusals.length > 0 ? warning(together(refusals)) : pass(shortened(looked.map(({ name }) => name)))
  })
