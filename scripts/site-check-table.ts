/** The tables of docs/site-check.md, made from the catalogue that the site check itself uses. */
import { checkSections } from '../src-main/shared/model/site-check.ts'
import { translator } from '../src-main/shared/texts/index.ts'
import { findingIds } from '../src-main/site-check/rules/report.ts'

const t = translator('en')

export const tableStart = '<!-- made by `npm run docs` from the catalogue -->'

const cell = (text: string): string => text.replace(/[|*]/g, '\\$&').replace(/<([a-z]+)>/g, '\\<$1>')

/** Everything after `tableStart`. */
export function siteCheckTables(): string {
  return checkSections
    .map((section) => {
      const rows = findingIds
        .filter((id) => id.startsWith(`${section}.`))
        .map((id) => {
          const texts = (['title', 'problem', 'meaning', 'change'] as const).map((name) =>
            cell(t(`site-check-findings.${id}.${name}`)),
          )
          return `| \`${id}\` | ${texts.join(' | ')} |`
        })
      return `### ${t(`site-check.sections.${section}`)}\n\n| id | passes when | otherwise | what it means | what to change |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
    })
    .join('\n')
}
