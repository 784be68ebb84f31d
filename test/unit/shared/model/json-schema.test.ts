import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { siteProfileJsonSchema } from '../../../../src-main/shared/model/site-profile.ts'

const docs = join(import.meta.dirname, '../../../../docs')

test('the published JSON schema is what the client checks profiles with (`npm run docs` writes it)', () => {
  const published: unknown = JSON.parse(readFileSync(join(docs, 'site-profile.schema.json'), 'utf8'))
  expect(published).toEqual(JSON.parse(JSON.stringify(siteProfileJsonSchema())))
})
