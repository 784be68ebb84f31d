/** Writes the tables of docs/site-check.md; a test compares them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { siteCheckTables, tableStart } from './site-check-table.ts'

const file = join(import.meta.dirname, '..', 'docs', 'site-check.md')
const [text = ''] = readFileSync(file, 'utf8').split(tableStart)
const style = await resolveConfig(file)
writeFileSync(
  file,
  await format(`${text}${tableStart}\n\n${siteCheckTables()}`, { ...style, filepath: file }),
)
