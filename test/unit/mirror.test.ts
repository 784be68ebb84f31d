/**
 * `test/unit` mirrors the tree: a test lies in the folder of what it tests, or right above several such folders. A helper
 * lies beside the tests that it serves, and in `test/support` if they are in several folders.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
/** Tests of the whole tree. */
const ofTheTree = ['layering', 'lint-rules', 'mirror', 'plain-words', 'planted-faults', 'wire-formats']
/** Tests that read what they test as files, or run it. */
const withoutImports = ['page/stopped.test.ts', 'scripts/help.test.ts']

/** The folder of `test/unit` that mirrors a file, by its path from the project's root. */
function mirrorOf(file: string): string {
  if (file === 'src-main/app.ts') return 'app'
  if (file === 'src-main/index.ts') return 'shells/electron'
  // What the script writes is part of the texts.
  if (file === 'scripts/write-texts.ts') return 'shared/texts'
  return dirname(file)
    .replace(/^src-main\/?/, '')
    .replace(/^src-renderer/, 'page')
    .replace(/^test\/site/, 'site')
    .replace(/^scripts.*/, 'scripts')
}

/**
 * Whether a test of `folder` may lie there.
 * @param imported files that it imports, by their paths from the project's root
 */
function isPlaced(folder: string, imported: string[]): boolean {
  const mirrored = imported.map(mirrorOf)
  const below = mirrored.flatMap((one) =>
    one.startsWith(`${folder}/`) ? [one.slice(folder.length + 1).split('/')[0]] : [],
  )
  return mirrored.includes(folder) || new Set(below).size > 1
}

/** Files that a file imports, all by their paths from the project's root. */
function importsOf(path: string): string[] {
  const imports = readFileSync(join(root, path), 'utf8').matchAll(/(?:from|import|import\() ?'(\.[^']+)'/g)
  return [...imports].map(([, target = '']) => posix.join(dirname(path), target))
}

/** The folders whose files import each file, by its path. */
function foldersByImport(users: string[]): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>()
  for (const user of users)
    for (const imported of importsOf(user))
      folders.set(imported, (folders.get(imported) ?? new Set()).add(dirname(user)))
  return folders
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
    .map((path) => `${folder}/${path}`)
const isTest = (path: string): boolean => path.endsWith('.test.ts')
const tests = filesBelow('test/unit')
  .filter(isTest)
  .map((path) => path.slice('test/unit/'.length))

test.each(tests.filter((path) => path.includes('/') && !withoutImports.includes(path)))('%s', (path) => {
  expect(isPlaced(dirname(path), importsOf(`test/unit/${path}`))).toBe(true)
})

test('the exceptions are few, exist, and are exceptions', () => {
  expect(tests.filter((path) => !path.includes('/')).sort()).toEqual(
    ofTheTree.map((name) => `${name}.test.ts`),
  )
  expect(tests).toEqual(expect.arrayContaining(withoutImports))
  expect(withoutImports.filter((path) => isPlaced(dirname(path), importsOf(`test/unit/${path}`)))).toEqual([])
})

test('helpers of one folder lie there', () => {
  const users = foldersByImport([...filesBelow('test'), ...filesBelow('scripts')])
  const helpers = filesBelow('test/support').filter((path) => !path.endsWith('.d.ts'))
  expect(helpers.length).toBeGreaterThan(0)
  const misplaced = helpers.filter((path) => {
    const folders = [...(users.get(path) ?? [])]
    return folders.length < 2 && folders[0] !== 'test/support'
  })
  expect(misplaced).toEqual([])
})

describe('a test', () => {
  const pace = 'src-main/services/status/pace.ts'
  const job = 'src-main/protocols/slurm/job.ts'
  test.each<[string, string, string[], boolean]>([
    ['beside its file', 'services/status', [pace, job], true],
    ['in another folder', 'services/status', [job, 'test/support/failure-of.ts'], false],
    ['above one folder', 'protocols', [job, pace], false],
    ['above two folders', 'protocols', [job, 'src-main/protocols/redis/index.ts'], true],
    ['of a page', 'page/stream', ['src-renderer/stream/input.ts'], true],
    ['in a folder whose name only begins alike', 'services/stat', [pace], false],
  ])('%s', (_where, folder, imported, placed) => {
    expect(isPlaced(folder, imported)).toBe(placed)
  })
})
