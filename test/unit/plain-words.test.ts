/** Words that CONTRIBUTING.md keeps out of comments, documents, texts and names do not come back. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folders = ['docs', 'native', 'resources', 'scripts', 'src-main', 'src-renderer', 'test']
const written = /\.(md|tsx?|[mc]?js|json|css|html|sh|ya?ml|cc|h|txt)$/
/** Built, recorded from other programs, and lists of the words themselves. */
const left = /^native\/build|^test\/fixtures\/.*(?<!\.md)$|^package-lock\.json$|\/plain-words\.test\.ts$/
/** Files that name the system's user `nobody`. */
const systemUser = ['test/integration/faults/foreign-host.test.ts']

const stumblingBlocks =
  /\b(whoever|nobody|anew|stands|goes on|with a word|tells|told|telling|tell(?! your administrator| the portal’s operator))\b/g

/** The unwanted words of a text, whichever way they are written: `tellLoss`, `tell_loss`, `tell loss`. */
function unwanted(text: string): string[] {
  const words = text
    // In italics a document names a word instead of using it.
    .replace(/(?<!\w)_[\w ]+_(?!\w)/g, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_\s*/#]+/g, ' ')
    .toLowerCase()
  return [...words.matchAll(stumblingBlocks)].map(([word]) => word)
}

const files = [
  ...readdirSync(root),
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  ),
].filter((path) => written.test(path) && !left.test(path))

test('are in no file', () => {
  expect(files.length).toBeGreaterThan(500)
  const found = files.flatMap((path) =>
    unwanted(readFileSync(join(root, path), 'utf8'))
      .filter((word) => word !== 'nobody' || !systemUser.includes(path))
      .map((word) => `${path}: ${word}`),
  )
  expect(found).toEqual([])
})

test('the exceptions are exceptions', () => {
  for (const path of systemUser) expect(unwanted(readFileSync(join(root, path), 'utf8'))).toContain('nobody')
})

test.each([
  ['// Whoever asks', ['whoever']],
  ['/** It goes\n * on. */', ['goes on']],
  ['const jobGoesOn = tellLoss', ['goes on', 'tell']],
  ['bool told_ = NobodyListens()', ['told', 'nobody']],
  ['The job stands, made anew; the user is told with a word.', ['stands', 'anew', 'told', 'with a word']],
  ['Tell your administrator; tell the page.', ['tell']],
  ['| _stands_ | _is_ |', []],
  ['understands a newer standstill', []],
])('%j', (text, words) => {
  expect(unwanted(text)).toEqual(words)
})
