/**
 * Writes src-main/shared/texts/catalogues.generated.ts from the catalogues: their imports, and what each English text
 * needs. Run it (`node scripts/write-texts.ts`) after a change of a catalogue; a test compares them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { answerHelp } from './set-up/usage.mjs'

if (import.meta.main)
  answerHelp(`node scripts/write-texts.ts

Writes src-main/shared/texts/catalogues.generated.ts from the catalogues.`)

const folder = join(import.meta.dirname, '..', 'src-main', 'shared', 'texts')
const file = join(folder, 'catalogues.generated.ts')

/** What formats need a number for; any other value may be a text, too. */
const ofNumbers = ['number', 'clock']

/** Every text of a catalogue with its key. */
function flat(tree: object, above: string[]): [path: string[], text: string][] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [[[...above, name], value]] : flat(value as object, [...above, name]),
  )
}

/** Placeholders of a text, with the type of each. */
function placeholders(text: string): [name: string, type: string][] {
  return [...text.matchAll(/\{\{\s*(\w+)\s*(?:,\s*(\w+))?/g)].map(([, name, form]) => [
    name!,
    name === 'count' || ofNumbers.includes(form ?? '') ? 'number' : 'any',
  ])
}

const plural = /_(zero|one|two|few|many|other)$/
const typeOf = (values: Map<string, string>): string =>
  values.size === 0 ? 'None' : `{ ${[...values].map(([name, type]) => `${name}: '${type}'`).join('; ')} }`

/** @returns the text of the generated file */
export async function generatedTexts(): Promise<string> {
  const areas = readdirSync(join(folder, 'en'))
    .map((name) => basename(name, '.json'))
    .sort()
  const own = (area: string): string => area.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const imports = ['en', 'ko'].flatMap((language) =>
    areas.map(
      (area) =>
        `import ${own(`${language}-${area}`)} from './${language}/${area}.json' with { type: 'json' }`,
    ),
  )
  const members = (language: string) =>
    areas.map((area) => `'${area}': ${own(`${language}-${area}`)}`).join(', ')
  const texts = new Map<string, Map<string, string>>()
  const failures = new Map<string, Map<string, string>>()
  for (const area of areas) {
    const catalogue = JSON.parse(readFileSync(join(folder, 'en', `${area}.json`), 'utf8')) as object
    for (const [path, text] of flat(catalogue, [area])) {
      const key = path.join('.').replace(plural, '')
      const values = texts.get(key) ?? new Map<string, string>()
      if (plural.test(path.join('.'))) values.set('count', 'number')
      for (const [name, type] of placeholders(text)) values.set(name, type)
      texts.set(key, values)
      if (area !== 'failures' || path.length !== 4) continue
      const reason = path.slice(1, 3).join('/')
      failures.set(reason, new Map([...(failures.get(reason) ?? []), ...values]))
    }
  }
  const fields = (of: Map<string, Map<string, string>>) =>
    [...of].map(([key, values]) => `'${key}': ${typeOf(values)}`).join('\n')
  const source = `/** Made from the catalogues by scripts/write-texts.ts; not to be edited. */
${imports.join('\n')}

type None = Record<never, never>

export const catalogues = { en: { ${members('en')} }, ko: { ${members('ko')} } }

/** The values that each text needs: numbers, or anything that can be put into a text. */
export interface TextValues { ${fields(texts)} }

/** The facts that the texts of each failure need, by kind and reason. */
export interface FailureFacts { ${fields(failures)} }
`
  // A package: there before the set-up is only the help.
  const { format, resolveConfig } = await import('prettier')
  return await format(source, { ...(await resolveConfig(file)), filepath: file })
}

if (import.meta.main) writeFileSync(file, await generatedTexts())
