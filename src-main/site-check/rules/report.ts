/** From observations to the report: every rule once, in order, with the exit status. */
import {
  checkSections,
  type CheckFinding,
  type CheckResult,
  type CheckSection,
  type FindingId,
  type SiteCheckReport,
} from '../../shared/model/site-check.ts'
import type { Saying } from '../../shared/texts/index.ts'
import type { Observations } from '../observations.ts'
import { clusterRules } from './cluster.ts'
import { portalRules } from './portal.ts'
import { securityRules } from './security.ts'
import { untested, type Rule, type Verdict } from './verdict.ts'

/** One rule for each finding: a missing one does not compile. */
const rules: Readonly<Record<FindingId, Rule>> = { ...portalRules, ...clusterRules, ...securityRules }
export const findingIds = Object.keys(rules) as FindingId[]

/** The section that an id names. */
const sectionOf = (id: FindingId): CheckSection => id.split('.')[0] as CheckSection

const worstFirst: readonly CheckResult[] = ['fail', 'warning', 'not-testable', 'pass']
const longest = 2000
const longestValue = 1000

/** What a site has also where no portal makes its sessions. */
const withoutPortal: ReadonlySet<CheckSection> = new Set(['ssh', 'slurm', 'gpu', 'storage', 'host'])

/** Scratch belongs to the portal's way of keeping sessions; other sites keep them in the user's home. */
const ofScratch: readonly FindingId[] = ['storage.scratch', 'storage.free-space']
const needsPortal = (id: FindingId): boolean => !withoutPortal.has(sectionOf(id)) || ofScratch.includes(id)

const judgedBy = (id: FindingId, observations: Observations): Verdict =>
  observations.profile.origin === null && needsPortal(id) ? untested('noPortal') : rules[id](observations)

/** Texts from outside within the bounds of the report. */
function bounded(saying: Saying): Saying {
  if (typeof saying === 'string') return saying.slice(0, longest)
  const values = Object.entries(saying.values ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string'
      ? value.slice(0, longestValue)
      : typeof value === 'object'
        ? bounded(value)
        : value,
  ])
  return {
    key: saying.key,
    ...(values.length > 0 ? { values: Object.fromEntries(values) as typeof saying.values } : {}),
  }
}

/** Judges everything that was seen: by section, within one the worst first. */
export function judge(observations: Observations): CheckFinding[] {
  const findings = findingIds.map((id) => {
    const { result, seen, reason } = judgedBy(id, observations)
    return {
      id,
      section: sectionOf(id),
      result,
      seen: bounded(seen),
      reason: reason === null ? null : bounded(reason),
    }
  })
  return findings.sort(
    (left, right) =>
      checkSections.indexOf(left.section) - checkSections.indexOf(right.section) ||
      worstFirst.indexOf(left.result) - worstFirst.indexOf(right.result),
  )
}

/** How often each result occurs. */
export function countResults(findings: readonly CheckFinding[]): SiteCheckReport['counts'] {
  const counts = { pass: 0, warning: 0, fail: 0, 'not-testable': 0 }
  for (const { result } of findings) counts[result]++
  return counts
}

/** 0: neither warnings nor failures; 1: warnings; 2: failures. What could not be tested counts for nothing. */
export function exitCodeOf(counts: SiteCheckReport['counts']): SiteCheckReport['exitCode'] {
  if (counts.fail > 0) return 2
  return counts.warning > 0 ? 1 : 0
}
