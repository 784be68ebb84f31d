import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { siteCheckTables, tableStart } from '../../../../scripts/site-check-table.ts'
import { toText } from '../../../../src-main/cli/check-text.ts'
import { countResults, exitCodeOf, findingIds, judge } from '../../../../src-main/site-check/rules/report.ts'
import {
  checkSections,
  siteCheckReportSchema,
  type SiteCheckReport,
} from '../../../../src-main/shared/model/site-check.ts'
import { wordedIn } from '../../../../src-main/shared/model/site-check-words.ts'
import { languages, translator } from '../../../../src-main/shared/texts/index.ts'
import { toHtml } from '../../../../src-main/shared/site-check-html.ts'
import { toMarkdown } from '../../../../src-main/shared/site-check-markdown.ts'
import { healthyObservations, ok, unseen } from './healthy-observations.ts'

const hostile = '<img src=x onerror=alert(1)> | `code` [link](http://x) \u001b[31m*bold*'

function reportWith(change: (o: ReturnType<typeof healthyObservations>) => void): SiteCheckReport {
  const observations = healthyObservations()
  change(observations)
  const findings = judge(observations)
  const counts = countResults(findings)
  return siteCheckReportSchema.parse({
    version: 1,
    site: { id: 'example', name: `Example ${hostile}`, portalOrigin: 'https://portal.example' },
    client: { version: '1.0.0' },
    startedAt: Date.UTC(2026, 10, 25, 8, 30),
    durationMs: 4210,
    counts,
    exitCode: exitCodeOf(counts),
    findings,
  })
}

const troubled = reportWith((o) => {
  o.openProxy = ok({ routed: true, seen: hostile })
  o.pages = ok([{ page: '/app', there: false }])
  o.slurm = unseen('no login')
})

test('every finding has a section, and its id names it', () => {
  for (const id of findingIds) {
    expect(checkSections).toContain(id.split('.')[0])
  }
})

test('every finding is in the report once, by section, the worst first', () => {
  expect(troubled.findings.map(({ id }) => id).sort()).toEqual([...findingIds].sort())
  const sections = [...new Set(troubled.findings.map(({ section }) => section))]
  expect(sections).toEqual(checkSections.filter((section) => sections.includes(section)))
  const routes = troubled.findings.filter(({ section }) => section === 'routes').map(({ result }) => result)
  expect(routes).toEqual(['fail', 'warning', ...Array.from({ length: 7 }, () => 'pass')])
})

test.each([
  [0, 0, 0],
  [0, 1, 1],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 2],
])('%i failures and %i warnings: exit status %i', (fail, warning, expected) => {
  expect(exitCodeOf({ pass: 1, fail, warning, 'not-testable': 9 })).toBe(expected)
})

test('of a long answer the first 2000 characters are in the report', () => {
  const { findings } = reportWith((o) => (o.openProxy = ok({ routed: true, seen: 'x'.repeat(5000) })))
  expect(findings.find(({ id }) => id === 'routes.open-proxy')?.seen).toHaveLength(2000)
})

test('every output says of a failing finding what is wrong, and of one that passes what was looked at', () => {
  const t = translator('en')
  const outputs = [
    toText(troubled, { colour: false, language: 'en' }),
    toMarkdown(troubled, 'en'),
    toHtml(troubled, 'en'),
  ]
  for (const output of outputs) {
    expect(output).toContain(t('site-check-findings.routes.pages.problem'))
    expect(output).not.toContain(t('site-check-findings.routes.pages.title'))
    expect(output).toContain(t('site-check-findings.tls.expiry.title'))
  }
})

test('the terminal gets one line for each finding, details of problems only, and no control characters', () => {
  const text = toText(troubled, { colour: false, language: 'en' })
  for (const id of findingIds)
    expect(text.split('\n').filter((line) => line.includes(` ${id} `))).toHaveLength(1)
  expect(text.match(/change: /g)).toHaveLength(2)
  expect(text).not.toContain('\u001b')
  expect(text.trimEnd().split('\n').at(-1)).toMatch(/^1 failure, 1 warning, \d+ passed, \d+ not testable\.$/)
  expect(toText(troubled, { colour: true, language: 'en' })).toContain('\u001b[')
})

test('a finding that does not pass is headed by what is wrong, in every form and language', () => {
  const [problem, title] = ['The web server has an open proxy', 'The web server has no open proxy']
  const { findings } = wordedIn(troubled, 'en')
  expect(findings.find(({ id }) => id === 'routes.open-proxy')?.problem).toContain(problem)
  const forms = [
    toText(troubled, { colour: false, language: 'en' }),
    toHtml(troubled, 'en'),
    toMarkdown(troubled, 'en'),
  ]
  for (const form of forms) {
    expect(form).toContain(problem)
    expect(form).not.toContain(title)
  }
  const healthy = reportWith(() => undefined)
  expect(toMarkdown(healthy, 'en')).toContain(title)
  expect(toMarkdown(healthy, 'en')).not.toContain(problem)
  expect(toHtml(troubled, 'ko')).toContain('열린 프록시(/vncproxy/&lt;port&gt;/)가 있습니다')
})

test.each(languages)(
  'what is wrong is another sentence than what is right, for every finding: %s',
  (language) => {
    const t = translator(language)
    const headings = findingIds.flatMap((id) =>
      (['title', 'problem'] as const).map((name) => t(`site-check-findings.${id}.${name}`)),
    )
    expect(new Set(headings).size).toBe(2 * findingIds.length)
  },
)

test('HTML holds what was seen as text, loads nothing and runs nothing', () => {
  const html = toHtml(troubled, 'en')
  expect(html).not.toContain('<img')
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(html).not.toMatch(/<script|<link|url\(|src=(?!x)/)
  expect(html).toContain(`default-src 'none'`)
  for (const id of findingIds) expect(html).toContain(`>${id}<`)
})

test('Markdown holds what was seen as text', () => {
  const markdown = toMarkdown(troubled, 'en')
  expect(markdown).not.toMatch(/(?<!\\)<img|[^\\]\[link/)
  const cells = (line: string): number => line.split(/(?<!\\)\|/).length
  for (const line of markdown.split('\n').filter((text) => text.startsWith('|'))) expect(cells(line)).toBe(6)
  for (const id of findingIds) expect(markdown).toContain(`\`${id}\``)
})

test('commands in the catalogue’s texts are shown as such', () => {
  const drained = reportWith((o) => {
    if (o.slurm.ok) o.slurm.value.nodes![0]!.state = 'drained'
  })
  expect(toHtml(drained, 'en')).toContain('<code>scontrol update nodename=NAME state=resume</code>')
  expect(toMarkdown(drained, 'en')).toContain(': `scontrol update nodename=NAME state=resume`.')
})

test('a report without problems says so', () => {
  const healthy = reportWith(() => undefined)
  expect(healthy.exitCode).toBe(0)
  expect(toMarkdown(healthy, 'en')).toContain('None.')
})

test('docs/site-check.md shows the catalogue as it is (`npm run docs` writes it)', async () => {
  const file = join(import.meta.dirname, '../../../../docs/site-check.md')
  const [, tables] = readFileSync(file, 'utf8').split(tableStart)
  const style = await resolveConfig(file)
  expect(tables?.trim()).toBe((await format(siteCheckTables(), { ...style, filepath: file })).trim())
})
