/** Set-up as a newcomer sees it: every step is announced before its work, and a terminal shows the progress. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const project = join(import.meta.dirname, '..', '..')
let folder: string
beforeEach(() => {
  // A fresh clone, with an npm that names what it fetches and ends only on request.
  folder = mkdtempSync(join(tmpdir(), 'vizlink-set-up-'))
  cpSync(join(project, 'scripts', 'set-up'), join(folder, 'scripts', 'set-up'), { recursive: true })
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  mkdirSync(join(folder, 'bin'))
  const npm = `#!/bin/sh\necho 'npm http fetch something' >&2\nwhile [ ! -e '${folder}/go' ]; do sleep 0.05; done\n`
  writeFileSync(join(folder, 'bin', 'npm'), npm, { mode: 0o755 })
  const program = `import { setUp } from './scripts/set-up/index.mjs'
await setUp({ groups: [], native: false, page: false })`
  writeFileSync(join(folder, 'program.mjs'), program)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ways: [string, () => [string, string[]], RegExp, RegExp][] = [
  ['without a terminal', () => [process.execPath, ['program.mjs']], /npm packages \.\.\.\n$/, /^[^\r]*$/],
  [
    'on a terminal',
    () => ['script', ['-qec', `'${process.execPath}' program.mjs`, '/dev/null']],
    /npm packages +\d+ s {2}npm http fetch something/,
    /\r/,
  ],
]
test.each(ways)('%s', async (_where, command, meanwhile, whole) => {
  const [program, given] = command()
  const child = spawn(program, given, {
    cwd: folder,
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (meanwhile.test(output)) writeFileSync(join(folder, 'go'), '')
    })
  }
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code, output).toBe(0)
  expect(output).toMatch(/npm packages +installed +\d+\.\d s[^]*system packages +present +\d+\.\d s/)
  expect(output).toMatch(whole)
})

test.each([
  ['an old Node.js alone', 'process.execPath, "20.19.0", "linux-arm64"', /install Node\.js 24 .*20\.19\.0/],
  ['a new one alone', 'process.execPath, "24.1.0"', /^null$/],
  ['one that npm brought', '"/elsewhere/node", "20.19.0"', /^null$/],
])('%s', (_what, given, said) => {
  const script = `import('./scripts/set-up/index.mjs').then(({ nodeProblem }) => console.log(nodeProblem(${given})))`
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' })
  expect(stdout.trim()).toMatch(said)
})
