/** `npm run build`: bundles main, preload and page into out/, or says that they are up to date. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run build

Bundles main process, preload and page into out/, or reports that they are up to date.`)

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(root, 'out')
const stamp = join(out, '.sources')
const inputs = [
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'scripts/external-packages.ts',
  'package.json',
  'package-lock.json',
]
const results = ['main/index.js', 'main/cli.js', 'main/link-process.js', 'main/stream-process.js']
const pageResults = ['preload/index.cjs', 'renderer/index.html', 'renderer/stopped.html']

/** All files below a path, sorted. */
function filesOf(path) {
  const entry = join(root, path)
  if (!existsSync(entry)) return []
  try {
    return readdirSync(entry, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((child) => filesOf(join(path, child.name)))
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
}

/** Changes with the content of any source. */
function sourceHash() {
  const hash = createHash('sha256')
  for (const file of inputs.flatMap(filesOf)) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

const hash = sourceHash()
const complete = [...results, ...pageResults].every((file) => existsSync(join(out, file)))
if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
  console.log('out/ is up to date')
} else {
  rmSync(out, { recursive: true, force: true })
  const program = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const run = spawnSync(process.execPath, [program, 'build'], { cwd: root, stdio: 'inherit' })
  if (run.status !== 0) process.exit(run.status ?? 1)
  mkdirSync(out, { recursive: true })
  writeFileSync(stamp, hash)
  console.log('out/ is built')
}
