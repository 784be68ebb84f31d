/** `vizlink serve` and the window that it opens: a window that cannot open, an end by the terminal, an end by SIGKILL. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findBrowser } from '../../../src-main/shells/browser/index.ts'
import { descendantsOf, processTable, readProcessFile } from '../../support/process-table.ts'
import { start, type Run } from '../../support/running-program.ts'

let folder: string
/** A folder in the place of the user's folder of data, and the folder of temporary files. */
let home: string
let temporary: string
/** A real browser without a window. */
let windowless: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-'))
  home = join(folder, 'home')
  temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  windowless = program('windowless', `exec '${findBrowser()}' --headless "$@"`)
})
afterAll(async () => {
  for (const run of runs) run.kill('SIGTERM')
  await Promise.all(runs.map(({ result }) => result))
  rmSync(folder, { recursive: true, force: true })
})

const runs: Run[] = []

function program(name: string, script: string, interpreter = '/bin/sh'): string {
  const path = join(folder, name)
  writeFileSync(path, `#!${interpreter}\n${script}\n`, { mode: 0o755 })
  return path
}
/** Starts the command; what still runs at the end is ended. */
function serve(environment: NodeJS.ProcessEnv): Run {
  const run = start('src-main/cli.ts', ['serve'], home, { TMPDIR: temporary, ...environment })
  runs.push(run)
  return run
}

/** Processes that were started with our folder of temporary files. */
const processes = (): string[] =>
  processTable()
    .filter(({ pid }) => readProcessFile(pid, 'environ').includes(temporary))
    .map(({ argv }) => argv.join(' ').slice(0, 150))

async function opened(): Promise<Run> {
  const run = serve({ VIZLINK_BROWSER: windowless })
  await vi.waitUntil(
    () =>
      readdirSync(temporary).some((name) => name.startsWith('vizlink-browser')) &&
      !readdirSync(temporary).some((name) => name.startsWith('vizlink-sign-in')) &&
      descendantsOf(run.pid).some(({ argv }) => /--type=renderer/.test(argv.join(' '))),
    { timeout: 30_000, message: 'the page is signed in' },
  )
  return run
}

const failing: [string, () => NodeJS.ProcessEnv, RegExp][] = [
  ['no such display', () => ({ DISPLAY: ':9876', WAYLAND_DISPLAY: undefined }), /display: :9876/],
  [
    'a browser that refuses',
    () => ({ VIZLINK_BROWSER: program('refuses', 'echo "no sandbox here" >&2; exit 7') }),
    /status 7[^]*it said: no sandbox here/,
  ],
  [
    'a program whose own interpreter is missing',
    () => ({ VIZLINK_BROWSER: program('lame', '', '/nowhere') }),
    /ENOENT/,
  ],
]
test.each(failing)('%s: a sentence, what to do, status 1', async (_what, environment, evidence) => {
  const { code, stderr } = await serve(environment()).result
  expect(code, stderr).toBe(1)
  expect(stderr).toMatch(/^The browser window could not be opened\. .*--no-window/)
  expect(stderr).toMatch(evidence)
  // The log is for those who look for it.
  expect(stderr).not.toContain('{"level"')
  expect(readFileSync(join(home, 'vizlink', 'vizlink.log'), 'utf8')).toContain('browser.failed')
  expect(readdirSync(temporary)).toEqual([])
})

test.each(['Ctrl-C', 'SIGTERM', 'SIGHUP'] as const)('%s: an end in order', async (how) => {
  const run = await opened()
  if (how === 'Ctrl-C') run.interruptGroup()
  else run.kill(how)
  expect(await run.result).toMatchObject({ code: 0, stderr: '' })
  expect([processes(), readdirSync(temporary)]).toEqual([[], []])
})

test('SIGKILL: the browser goes, and so does what it had', async () => {
  const run = await opened()
  run.kill('SIGKILL')
  await run.result
  await vi.waitUntil(() => processes().length + readdirSync(temporary).length === 0, {
    timeout: 30_000,
    message: 'nothing is left',
  })
})

test('a long path of temporary files does not keep the window from opening', async () => {
  const long = join(temporary, 'n'.repeat(60))
  mkdirSync(long)
  const run = serve({ VIZLINK_BROWSER: windowless, TMPDIR: long })
  await vi.waitUntil(
    () =>
      descendantsOf(run.pid).some(({ argv }) => /--type=renderer/.test(argv.join(' '))) &&
      readdirSync(long).length === 0,
    { timeout: 30_000, message: 'the page is signed in' },
  )
  run.kill('SIGTERM')
  expect(await run.result).toMatchObject({ code: 0, stderr: '' })
})
