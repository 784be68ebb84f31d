/** Words for results, and findings by section, for everything that shows a report. */
import {
  checkSections,
  checkSectionTitles,
  type CheckFinding,
  type CheckResult,
  type SiteCheckReport,
} from './site-check.ts'

export const resultWords: Readonly<Record<CheckResult, string>> = {
  pass: 'Pass',
  warning: 'Warning',
  fail: 'Fail',
  'not-testable': 'Not testable',
}

export const isProblem = ({ result }: CheckFinding): boolean => result === 'warning' || result === 'fail'

/** Sections that have findings, in order, the findings as the report orders them. */
export function bySection(
  findings: readonly CheckFinding[],
): { title: string; id: string; findings: CheckFinding[] }[] {
  return checkSections
    .map((id) => ({
      id,
      title: checkSectionTitles[id],
      findings: findings.filter(({ section }) => section === id),
    }))
    .filter((section) => section.findings.length > 0)
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** `2 failures, 1 warning, 40 passed, 9 not testable`. */
export function summaryOf({ counts }: Pick<SiteCheckReport, 'counts'>): string {
  return [
    counted(counts.fail, 'failure', 'failures'),
    counted(counts.warning, 'warning', 'warnings'),
    `${counts.pass} passed`,
    `${counts['not-testable']} not testable`,
  ].join(', ')
}

/** When and how long, in UTC. */
export function takenAt({ startedAt, durationMs }: SiteCheckReport): string {
  return `${new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC, in ${(durationMs / 1000).toFixed(1)} s`
}

/** The catalogue's texts with their `commands` separated from words. */
export function wordsAndCode(text: string): { text: string; code: boolean }[] {
  return text
    .split('`')
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}
