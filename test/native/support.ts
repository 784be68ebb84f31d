import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { StreamStart } from '../../src-main/protocols/native.ts'

export const root = join(import.meta.dirname, '../..')
const system = `${process.platform}-${process.arch}`
export const addonFile = join(root, `native/build/addon/${system}/vizlink_native.node`)
/** Which build of the addon: the release, or one with sanitizers (AddressSanitizer and UndefinedBehaviorSanitizer; ThreadSanitizer). */
export type Build = 'release' | 'asan' | 'tsan'
const sanitizedAddonFile = (build: Build): string =>
  join(root, `native/build-${build}/addon/${system}/vizlink_native.node`)
export const relayFile = join(root, 'native/build/relay/vizlink-relay')

const deadlineMs = 60_000

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stderr: string
  result: Record<string, unknown>
}

/** Runs a program to its end; one that hangs is killed, which its signal then shows. */
export function runToEnd(
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<Outcome> {
  const child = spawn(program, args, { env: { ...process.env, ...environment }, cwd: root })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      const line = stdout.trim().split('\n').at(-1) ?? ''
      resolve({
        code,
        signal,
        stderr,
        result: line.startsWith('{') ? (JSON.parse(line) as Outcome['result']) : {},
      })
    })
  })
}

function sanitizerRuntime(name: string): string {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
  const found = folders.map((folder) => join(folder, name)).find(existsSync)
  if (!found) throw new Error(`${name} is missing`)
  return found
}

/** What each build needs around it. */
const environments: Record<Build, () => Record<string, string>> = {
  release: () => ({}),
  // Leaks are not looked for: Node.js itself frees little at its end; a use after free, an overflow or undefined behaviour ends it.
  asan: () => ({
    VIZLINK_NATIVE: sanitizedAddonFile('asan'),
    LD_PRELOAD: sanitizerRuntime('libasan.so.8'),
    ASAN_OPTIONS: 'detect_leaks=0:halt_on_error=1:abort_on_error=0:exitcode=99',
    UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1:exitcode=98',
  }),
  // Node.js is not built with it, so that its own threads look like races: they end nothing, and `racesOf` leaves them out.
  tsan: () => ({
    VIZLINK_NATIVE: sanitizedAddonFile('tsan'),
    LD_PRELOAD: sanitizerRuntime('libtsan.so.2'),
    TSAN_OPTIONS: 'halt_on_error=0:exitcode=0',
  }),
}

/** Source file of a place in the addon; the sanitizer itself knows only what was loaded before its first report. */
function sourceOf(offset: string): string {
  const file = sanitizedAddonFile('tsan')
  return spawnSync('addr2line', ['-e', file, offset], { encoding: 'utf8' }).stdout.trim()
}

/**
 * Where ThreadSanitizer saw the addon or its libuv touch memory without a lock that another thread touched. What
 * moonlight-common-c does among its own threads is left out, also through its sockets: it shares figures, flags and descriptors without
 * a lock by design.
 */
export function racesOf({ stderr }: Outcome): string[] {
  const races: string[] = []
  let access = false
  for (const line of stderr.split('\n')) {
    if (/^ {2}(?:Previous )?(?:atomic )?(?:read|write) of size /i.test(line)) access = true
    if (!access || !/^ {4}#\d+ /.test(line) || line.includes('libsanitizer')) continue
    // The first that is not the sanitizer's own.
    access = false
    const offset = /vizlink_native\.node\+(0x[0-9a-f]+)/.exec(line)?.[1]
    const source = offset === undefined ? '' : sourceOf(offset)
    if (source !== '' && !/moonlight-common-c|library_sockets\.cc/.test(source))
      races.push(`${source} (${line.trim()})`)
  }
  return races
}

/** Runs one scenario of scenario.ts with a build of the addon. */
export function runScenario(
  name: string,
  start: StreamStart | null,
  build: Build = 'release',
): Promise<Outcome> {
  const args = ['--expose-gc', join(root, 'test/native/scenario.ts'), name, JSON.stringify(start)]
  // ThreadSanitizer's memory has its place, which that of a program may take where the system shuffles.
  const [program, ...before] = build === 'tsan' ? ['setarch', '-R', process.execPath] : [process.execPath]
  return runToEnd(program ?? '', [...before, ...args], environments[build]())
}
