/** Writes docs/site-profile.schema.json from the schema that the client checks profiles with; a test compares them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { siteProfileJsonSchema } from '../src-main/shared/model/site-profile.ts'

const file = join(import.meta.dirname, '..', 'docs', 'site-profile.schema.json')
const style = await resolveConfig(file)
writeFileSync(file, await format(JSON.stringify(siteProfileJsonSchema()), { ...style, filepath: file }))
