/** A report of the site check in words, for everything that shows one. */
import { saidIn, translator, type Language, type Translator } from '../texts/index.ts'
import {
  checkSections,
  type CheckFinding,
  type CheckSection,
  type SiteCheckReport,
  type WordedFinding,
  type WordedReport,
} from './site-check.ts'

export const isProblem = ({ result }: Pick<CheckFinding, 'result'>): boolean =>
  result === 'warning' || result === 'fail'

/** What a finding says: what is wrong, or what is looked at where nothing is. */
export const headingOf = (finding: WordedFinding): string =>
  isProblem(finding) ? finding.problem : finding.title

export function wordedIn(report: SiteCheckReport, language: Language): WordedReport {
  const t = translator(language)
  return {
    ...report,
    findings: report.findings.map(({ id, seen, reason, ...rest }) => ({
      id,
      ...rest,
      title: t(`site-check-findings.${id}.title`),
      problem: t(`site-check-findings.${id}.problem`),
      meaning: t(`site-check-findings.${id}.meaning`),
      change: t(`site-check-findings.${id}.change`),
      seen: saidIn(seen, language),
      reason: reason === null ? null : saidIn(reason, language),
    })),
  }
}

/** Sections that have findings, in order, the findings as the report orders them. */
export function bySection<Finding extends { section: CheckSection }>(
  findings: readonly Finding[],
): { id: CheckSection; findings: Finding[] }[] {
  return checkSections
    .map((id) => ({ id, findings: findings.filter(({ section }) => section === id) }))
    .filter((section) => section.findings.length > 0)
}

const results = ['fail', 'warning', 'pass', 'not-testable'] as const

/** `2 failures, 1 warning, 40 passed, 9 not testable`. */
export const summaryOf = ({ counts }: Pick<SiteCheckReport, 'counts'>, t: Translator): string =>
  results.map((result) => t(`site-check.counts.${result}`, { count: counts[result] })).join(', ')

/** When and how long, in UTC. */
export const takenAt = (
  { startedAt, durationMs }: Pick<SiteCheckReport, 'startedAt' | 'durationMs'>,
  t: Translator,
): string =>
  t('site-check.takenAt', {
    when: new Date(startedAt).toISOString().slice(0, 16).replace('T', ' '),
    seconds: (durationMs / 1000).toFixed(1),
  })

/** The catalogue's texts with their `commands` separated from words. */
export function wordsAndCode(text: string): { text: string; code: boolean }[] {
  return text
    .split('`')
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}
