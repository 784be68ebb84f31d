/** The tables of docs/site-check.md, made from the catalogue that the site check itself uses. */
import { catalogue, findingIds } from '../src-main/site-check/catalogue/catalogue.ts'
import { checkSections, checkSectionTitles } from '../src-main/shared/model/site-check.ts'

export const tableStart = '<!-- made by `npm run docs` from the catalogue -->'

const cell = (text: string): string => text.replace(/[|*]/g, '\\$&').replace(/<([a-z]+)>/g, '\\<$1>')

/** Everything after `tableStart`. */
export function siteCheckTables(): string {
  return checkSections
    .map((section) => {
      const rows = findingIds
        .filter((id) => catalogue[id].section === section)
        .map((id) => {
          const { title, meaning, change } = catalogue[id]
          return `| \`${id}\` | ${cell(title)} | ${cell(meaning)} | ${cell(change)} |`
        })
      return `### ${checkSectionTitles[section]}\n\n| id | passes when | otherwise | what to change |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
    })
    .join('\n')
}
