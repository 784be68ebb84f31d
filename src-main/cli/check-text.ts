/** A site check's report for a terminal: one line for each finding, details of those that are not as they should be. */
import { styleText } from 'node:util'
import type { CheckResult, SiteCheckReport, WordedFinding } from '../shared/model/site-check.ts'
import {
  bySection,
  headingOf,
  isProblem,
  summaryOf,
  takenAt,
  wordedIn,
} from '../shared/model/site-check-words.ts'
import { translator, type Language } from '../shared/texts/index.ts'
import { padded } from './texts.ts'

const colours = { pass: 'green', warning: 'yellow', fail: 'red', 'not-testable': 'gray' } as const
const resultWidth = 12
/** Whether the stream shows colours is the caller's business. */
const always = { validateStream: false }
const idWidth = 26

/** Text from outside must not reach the terminal as control characters. */
const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')

/** @param colour whether the terminal shows colours */
export function toText(
  report: SiteCheckReport,
  { colour, language }: { colour: boolean; language: Language },
): string {
  const t = translator(language)
  const paint = (result: CheckResult, text: string): string =>
    colour ? styleText(colours[result], text, always) : text
  const bold = (text: string): string => (colour ? styleText('bold', text, always) : text)
  const line = (finding: WordedFinding): string => {
    const result = paint(finding.result, padded(t(`cli.check.results.${finding.result}`), resultWidth))
    const shown = `  ${result}  ${finding.id.padEnd(idWidth)}  ${plain(headingOf(finding))}`
    if (finding.result === 'not-testable') return `${shown}: ${plain(finding.reason ?? '')}`
    if (!isProblem(finding)) return shown
    const detail = (label: string, text: string): string =>
      `${' '.repeat(resultWidth + 4)}${label}: ${plain(text)}`
    return [
      shown,
      detail(t('cli.check.seen'), finding.seen),
      detail(t('cli.check.means'), finding.meaning),
      detail(t('cli.check.change'), finding.change),
    ].join('\n')
  }
  const sections = bySection(wordedIn(report, language).findings).map(
    ({ id, findings }) => `${bold(t(`site-check.sections.${id}`))}\n${findings.map(line).join('\n')}\n`,
  )
  const worst = report.exitCode === 2 ? 'fail' : report.exitCode === 1 ? 'warning' : 'pass'
  return `${bold(t('site-check.title', { site: plain(report.site.name) }))}  ${plain(report.site.portalOrigin ?? t('site-check.table.noPortal'))}  ${takenAt(report, t)}

${sections.join('\n')}
${paint(worst, `${summaryOf(report, t)}.`)}
`
}
