/** `test/unit` mirrors the tree: a test lies in the folder of what it tests, or above several such folders. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { expect, test } from 'vitest'

const here = import.meta.dirname
const root = join(here, '..', '..')
/** Tests that read what they test as files, or run it. */
const withoutImports = ['page/stopped.test.ts', 'scripts/help.test.ts', 'scripts/page-texts-rule.test.ts']

/** The folder of `test/unit` that mirrors a file, by its path from the project's root. */
function mirrorOf(file: string): string {
  if (file === 'src-main/app.ts') return 'app'
  if (file === 'src-main/index.ts') return 'shells/electron'
  return dirname(file)
    .replace(/^src-main\/?/, '')
    .replace(/^src-renderer/, 'page')
    .replace(/^test\/site/, 'site')
    .replace(/^scripts.*/, file.includes('write-texts') ? 'shared/texts' : 'scripts')
}

/** Files that a test imports, by their paths from the project's root. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(here, path), 'utf8')
  const imports = text.matchAll(/(?:from|import|import\() ?'(\.[^']+)'/g)
  return [...imports].map(([, target = '']) => posix.join('test/unit', posix.dirname(path), target))
}

const tests = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.test.ts') && path.includes('/') && !withoutImports.includes(path),
)

test.each(tests)('%s', (path) => {
  const folder = dirname(path)
  const mirrored = importsOf(path).map(mirrorOf)
  expect(mirrored.filter((one) => one === folder || one.startsWith(`${folder}/`))).not.toEqual([])
})

test('all exceptions exist', () => {
  for (const path of withoutImports)
    expect(readdirSync(join(root, 'test/unit', dirname(path)))).toContain(posix.basename(path))
})
