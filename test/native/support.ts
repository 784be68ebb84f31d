import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { StreamStart } from '../../src-main/protocols/native.ts'

export const root = join(import.meta.dirname, '../..')
const system = `${process.platform}-${process.arch}`
export const addonFile = join(root, `native/build/addon/${system}/vizlink_native.node`)
export const sanitizedAddonFile = join(root, `native/build-asan/addon/${system}/vizlink_native.node`)
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

function sanitizerRuntime(): string {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
  const found = folders.map((folder) => join(folder, 'libasan.so.8')).find(existsSync)
  if (!found) throw new Error('libasan.so.8 is missing')
  return found
}

/**
 * Runs one scenario of scenario.ts. `sanitized`: with AddressSanitizer and UndefinedBehaviorSanitizer. Leaks are not
 * looked for: Node.js itself frees little at its end; a use after free, an overflow or undefined behaviour ends it.
 */
export function runScenario(name: string, start: StreamStart | null, sanitized: boolean): Promise<Outcome> {
  const args = ['--expose-gc', join(root, 'test/native/scenario.ts'), name, JSON.stringify(start)]
  return runToEnd(
    process.execPath,
    args,
    sanitized
      ? {
          VIZLINK_NATIVE: sanitizedAddonFile,
          LD_PRELOAD: sanitizerRuntime(),
          ASAN_OPTIONS: 'detect_leaks=0:halt_on_error=1:abort_on_error=0:exitcode=99',
          UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1:exitcode=98',
        }
      : {},
  )
}
