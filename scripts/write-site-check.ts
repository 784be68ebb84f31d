/** Writes the tables of docs/site-check.md; a test compares them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`node scripts/write-site-check.ts

Writes the tables of docs/site-check.md from the texts of the site check.`)

// Packages are behind these: there before the set-up is only the help.
const { format, resolveConfig } = await import('prettier')
const { siteCheckTables, tableStart } = await import('./site-check-table.ts')
const file = join(import.meta.dirname, '..', 'docs', 'site-check.md')
const [text = ''] = readFileSync(file, 'utf8').split(tableStart)
const style = await resolveConfig(file)
writeFileSync(
  file,
  await format(`${text}${tableStart}\n\n${siteCheckTables()}`, { ...style, filepath: file }),
)
