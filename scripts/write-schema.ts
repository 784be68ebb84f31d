/** Writes docs/site-profile.schema.json from the schema that the client checks profiles with; a test compares them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`node scripts/write-schema.ts

Writes docs/site-profile.schema.json from the schema that the client checks site profiles with.`)

// Packages are behind these: there before the set-up is only the help.
const { format, resolveConfig } = await import('prettier')
const { siteProfileJsonSchema } = await import('../src-main/shared/model/site-profile.ts')
const file = join(import.meta.dirname, '..', 'docs', 'site-profile.schema.json')
const style = await resolveConfig(file)
writeFileSync(file, await format(JSON.stringify(siteProfileJsonSchema()), { ...style, filepath: file }))
