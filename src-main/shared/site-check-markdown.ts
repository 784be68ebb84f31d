/** A site check's report as Markdown, for tickets and wikis. */
import type { SiteCheckReport, WordedFinding } from './model/site-check.ts'
import {
  bySection,
  headingOf,
  isProblem,
  summaryOf,
  takenAt,
  wordedIn,
  wordsAndCode,
} from './model/site-check-words.ts'
import { translator, type Language, type Translator } from './texts/index.ts'

/** Text from outside must not become formatting, links or table cells. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~]/g, '\\$&')

const marked = (text: string): string =>
  wordsAndCode(text)
    .map((part) => (part.code ? `\`${part.text}\`` : plain(part.text)))
    .join('')

const problem = (
  finding: WordedFinding,
  t: Translator,
): string => `### ${t(`site-check.results.${finding.result}`)}: ${plain(headingOf(finding))}

- ${t('site-check.details.id')}: \`${finding.id}\`
- ${t('site-check.details.seen')}: ${plain(finding.seen)}
- ${t('site-check.details.meaning')}: ${marked(finding.meaning)}
- ${t('site-check.details.change')}: ${marked(finding.change)}
`

const row = (finding: WordedFinding, t: Translator): string =>
  `| ${t(`site-check.results.${finding.result}`)} | \`${finding.id}\` | ${plain(headingOf(finding))} | ${plain(finding.reason ?? finding.seen)} |`

/** The report in one language: summary, problems with details, then everything in tables. */
export function toMarkdown(report: SiteCheckReport, language: Language): string {
  const t = translator(language)
  const { findings } = wordedIn(report, language)
  const problems = findings.filter(isProblem)
  const head = [
    t('site-check.table.result'),
    t('site-check.details.id'),
    t('site-check.table.lookedAt'),
    t('site-check.details.seen'),
  ]
  const sections = bySection(findings).map(
    (section) => `### ${t(`site-check.sections.${section.id}`)}

| ${head.join(' | ')} |
| --- | --- | --- | --- |
${section.findings.map((finding) => row(finding, t)).join('\n')}
`,
  )
  return `# ${plain(t('site-check.title', { site: report.site.name }))}

${summaryOf(report, t)}. ${report.site.portalOrigin === null ? '' : `${plain(report.site.portalOrigin)}, `}${takenAt(report, t)}, Vizlink ${report.client.version}.

## ${t('site-check.table.problems')}

${problems.length === 0 ? `${t('site-check.table.none')}\n` : problems.map((finding) => problem(finding, t)).join('\n')}
## ${t('site-check.table.everything')}

${sections.join('\n')}`
}
