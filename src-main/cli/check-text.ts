/** A site check's report for a terminal: one line for each finding, details of those that are not as they should be. */
import { styleText } from 'node:util'
import type { CheckFinding, CheckResult, SiteCheckReport } from '../shared/model/site-check.ts'
import { bySection, isProblem, summaryOf, takenAt } from '../shared/model/site-check-words.ts'

const words: Readonly<Record<CheckResult, string>> = {
  pass: 'pass',
  warning: 'warning',
  fail: 'FAIL',
  'not-testable': 'not testable',
}
const colours = { pass: 'green', warning: 'yellow', fail: 'red', 'not-testable': 'gray' } as const
const resultWidth = 12
/** Whether the stream shows colours is the caller's business. */
const always = { validateStream: false }
const idWidth = 26

/** Text from outside must not reach the terminal as control characters. */
const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')

/** @param colour whether the terminal shows colours */
export function toText(report: SiteCheckReport, { colour }: { colour: boolean }): string {
  const paint = (result: CheckResult, text: string): string =>
    colour ? styleText(colours[result], text, always) : text
  const bold = (text: string): string => (colour ? styleText('bold', text, always) : text)
  const line = (finding: CheckFinding): string => {
    const result = paint(finding.result, words[finding.result].padEnd(resultWidth))
    const shown = `  ${result}  ${finding.id.padEnd(idWidth)}  ${plain(finding.title)}`
    if (finding.result === 'not-testable') return `${shown}: ${plain(finding.reason ?? '')}`
    if (!isProblem(finding)) return shown
    const detail = (label: string, text: string): string =>
      `${' '.repeat(resultWidth + 4)}${label}: ${plain(text)}`
    return [
      shown,
      detail('seen', finding.seen),
      detail('means', finding.meaning),
      detail('change', finding.change),
    ].join('\n')
  }
  const sections = bySection(report.findings).map(
    ({ title, findings }) => `${bold(title)}\n${findings.map(line).join('\n')}\n`,
  )
  const worst = report.exitCode === 2 ? 'fail' : report.exitCode === 1 ? 'warning' : 'pass'
  return `${bold(`Site check: ${plain(report.site.name)}`)}  ${plain(report.site.portalOrigin ?? 'no portal')}  ${takenAt(report)}

${sections.join('\n')}
${paint(worst, `${summaryOf(report)}.`)}
`
}
