/** A site check's report as one HTML file: no scripts, nothing loaded, light and dark, fit for paper. */
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

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)

const marked = (text: string): string =>
  wordsAndCode(text)
    .map((part) => (part.code ? `<code>${escape(part.text)}</code>` : escape(part.text)))
    .join('')

const style = `
:root { color-scheme: light dark; --text: #1c2127; --soft: #57606a; --line: #d5dae0; --back: #ffffff; --card: #f6f8fa;
  --fail: #b3261e; --warning: #7a4d00; --pass: #1a6b34; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ed; --soft: #a5adb8; --line: #3a424d; --back: #14181d;
  --card: #1d232a; --fail: #ff9b92; --warning: #f0c060; --pass: #7ed79a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem; max-width: 62rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; } .soft { color: var(--soft); }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
article { border: 1px solid var(--line); border-inline-start-width: 4px; border-radius: 6px; background: var(--card);
  padding: .9rem 1.1rem; margin: 0 0 .75rem; break-inside: avoid; }
article.fail { border-inline-start-color: var(--fail); } article.warning { border-inline-start-color: var(--warning); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } tr { break-inside: avoid; }
th, td { text-align: start; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } thead th { color: var(--soft); font-weight: 400; } td:last-child { overflow-wrap: anywhere; width: 45%; }
td:first-child { white-space: nowrap; font-weight: 600; }
.fail > td:first-child, article.fail strong { color: var(--fail); }
.warning > td:first-child, article.warning strong { color: var(--warning); }
.pass > td:first-child { color: var(--pass); } .not-testable > td:first-child { color: var(--soft); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } thead { position: absolute; clip-path: inset(50%); }
  tr, th, td { display: block; border: 0; padding: 0; } tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td:last-child { width: auto; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } :root { --back: #fff; --card: #fff; --text: #000;
  --soft: #444; --line: #bbb; --fail: #8c1d18; --warning: #5c3a00; --pass: #14532d; } h2 { break-after: avoid; } }
`

const problem = (finding: WordedFinding, t: Translator): string => `<article class="${finding.result}">
<h3><strong>${t(`site-check.results.${finding.result}`)}</strong> ${escape(headingOf(finding))}</h3>
<dl><dt>${t('site-check.details.seen')}</dt><dd>${escape(finding.seen)}</dd>
<dt>${t('site-check.details.meaning')}</dt><dd>${marked(finding.meaning)}</dd>
<dt>${t('site-check.details.change')}</dt><dd>${marked(finding.change)}</dd>
<dt>${t('site-check.details.id')}</dt><dd><code>${escape(finding.id)}</code></dd></dl>
</article>`

const row = (
  finding: WordedFinding,
  t: Translator,
): string => `<tr class="${finding.result}"><td>${t(`site-check.results.${finding.result}`)}</td>
<th scope="row">${escape(headingOf(finding))}<br><code class="soft">${escape(finding.id)}</code></th>
<td>${escape(finding.reason ?? finding.seen)}</td></tr>`

/** The report as a whole document in one language. */
export function toHtml(report: SiteCheckReport, language: Language): string {
  const t = translator(language)
  const { findings } = wordedIn(report, language)
  const problems = findings.filter(isProblem)
  const head = (['result', 'lookedAt'] as const).map((name) => t(`site-check.table.${name}`))
  const sections = bySection(findings).map(
    (section) => `<h2>${escape(t(`site-check.sections.${section.id}`))}</h2>
<table><thead><tr>${[...head, t('site-check.details.seen')].map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>
${section.findings.map((finding) => row(finding, t)).join('\n')}
</tbody></table>`,
  )
  const title = escape(t('site-check.title', { site: report.site.name }))
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p><strong>${summaryOf(report, t)}</strong></p>
<p class="soft">${report.site.portalOrigin === null ? '' : `${escape(report.site.portalOrigin)} · `}${takenAt(report, t)} · Vizlink ${escape(report.client.version)}</p>
<h2>${t('site-check.table.problems')}</h2>
${problems.length === 0 ? `<p>${t('site-check.table.none')}</p>` : problems.map((finding) => problem(finding, t)).join('\n')}
${sections.join('\n')}
</main>
</body>
</html>
`
}
