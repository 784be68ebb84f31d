/**
 * Builds native/ by CMake: the addon, the relay and the program that ssh asks by. Does nothing when no source is newer than the last build.
 * As a program: `node scripts/native/build.mjs [--sanitize asan|tsan]`.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../set-up/index.mjs'
import { runNoted } from '../set-up/progress.mjs'
import { answerHelp } from '../set-up/usage.mjs'
import { sourceFolder } from './fetch-sources.mjs'

const native = join(root, 'native')

/** @typedef {'asan' | 'tsan'} Sanitizer */

/** What each sanitized build is built with. */
const sanitizers = { asan: 'address,undefined', tsan: 'thread' }

/** Hash over names and contents of everything that goes into the build. */
function sourceHash(extra) {
  const hash = createHash('sha256').update(JSON.stringify(extra))
  const folders = [
    '',
    'core',
    'core/tests',
    'addon',
    'addon/tests',
    'addon/tests/stub',
    'relay',
    'relay/tests',
    'askpass',
  ]
    .map((name) => join(native, name))
    .filter(existsSync)
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (entry.isFile()) hash.update(entry.name).update(readFileSync(join(folder, entry.name)))
    }
  }
  return hash.digest('hex')
}

async function run(program, args, log) {
  const { status, output } = await runNoted(program, args, log)
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${output.slice(-4000)}`)
}

/** Whether a build folder has come along with a moved or copied checkout: CMake refuses such a one. */
function builtElsewhere(folder) {
  const cache = join(folder, 'CMakeCache.txt')
  return (
    existsSync(cache) && !readFileSync(cache, 'utf8').includes(`\nCMAKE_HOME_DIRECTORY:INTERNAL=${native}\n`)
  )
}

/**
 * @param {{sanitize?: Sanitizer | null, log?: (text: string) => void}} options `sanitize` builds the addon with sanitizers,
 *   into native/build-asan or native/build-tsan
 * @returns {Promise<boolean>} false if everything was up to date
 */
export async function buildNative({ sanitize = null, log = () => undefined } = {}) {
  const moonlight = await sourceFolder('moonlight-common-c', log)
  const libuv = await sourceFolder('libuv', log)
  const folder = join(native, sanitize ? `build-${sanitize}` : 'build')
  const stamp = join(folder, 'source-hash')
  const hash = sourceHash({
    moonlight,
    libuv,
    sanitize,
    tested: existsSync('/usr/include/doctest/doctest.h'),
  })
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false
  if (builtElsewhere(folder)) rmSync(folder, { recursive: true })
  const options = [
    `-DCMAKE_BUILD_TYPE=${sanitize ? 'Debug' : 'Release'}`,
    `-DSANITIZE=${sanitize ? sanitizers[sanitize] : ''}`,
    `-DMOONLIGHT_COMMON_C_DIR=${moonlight}`,
    `-DLIBUV_DIR=${libuv}`,
    `-DTARGET_SYSTEM=${process.platform}-${process.arch}`,
  ]
  await run('cmake', ['-S', native, '-B', folder, ...options], log)
  const target = sanitize ? ['--target', 'vizlink_native'] : []
  await run('cmake', ['--build', folder, ...target, '--parallel', String(availableParallelism())], log)
  const relay = join(folder, 'relay', 'vizlink-relay')
  if (!sanitize && existsSync(relay)) {
    const target = join(root, 'resources', 'relay', `linux-${process.arch}`)
    mkdirSync(target, { recursive: true })
    copyFileSync(relay, join(target, 'vizlink-relay'))
    chmodSync(join(target, 'vizlink-relay'), 0o755)
  }
  writeFileSync(stamp, hash)
  return true
}

if (import.meta.filename === process.argv[1]) {
  answerHelp(`node scripts/native/build.mjs [--sanitize asan|tsan]

Builds the addon and the relay by CMake, or the addon alone with sanitizers.`)
  await buildNative({
    sanitize: parseArgs({ options: { sanitize: { type: 'string' } } }).values.sanitize ?? null,
    log: (text) => process.stdout.write(text),
  })
}
