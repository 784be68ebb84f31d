/** A site check's report as Markdown, for tickets and wikis. */
import type { CheckFinding, SiteCheckReport } from './model/site-check.ts'
import {
  bySection,
  isProblem,
  resultWords,
  summaryOf,
  takenAt,
  wordsAndCode,
} from './model/site-check-words.ts'

/** Text from outside must not become formatting, links or table cells. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~]/g, '\\$&')

const marked = (text: string): string =>
  wordsAndCode(text)
    .map((part) => (part.code ? `\`${part.text}\`` : plain(part.text)))
    .join('')

const problem = (
  finding: CheckFinding,
): string => `### ${resultWords[finding.result]}: ${plain(finding.title)}

- Id: \`${finding.id}\`
- Seen: ${plain(finding.seen)}
- What it means: ${marked(finding.meaning)}
- What to change: ${marked(finding.change)}
`

const row = (finding: CheckFinding): string =>
  `| ${resultWords[finding.result]} | \`${finding.id}\` | ${plain(finding.title)} | ${plain(finding.reason ?? finding.seen)} |`

/** The report: summary, problems with details, then everything in tables. */
export function toMarkdown(report: SiteCheckReport): string {
  const problems = report.findings.filter(isProblem)
  const sections = bySection(report.findings).map(
    ({ title, findings }) => `### ${title}

| Result | Id | What is looked at | Seen |
| --- | --- | --- | --- |
${findings.map(row).join('\n')}
`,
  )
  return `# Site check: ${plain(report.site.name)}

${summaryOf(report)}. ${report.site.portalOrigin === null ? '' : `${plain(report.site.portalOrigin)}, `}${takenAt(report)}, Vizlink ${report.client.version}.

## Problems

${problems.length === 0 ? 'None.\n' : problems.map(problem).join('\n')}
## Everything that was looked at

${sections.join('\n')}`
}
