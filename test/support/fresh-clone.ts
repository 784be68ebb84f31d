/** A checkout in which nothing is built yet, and `npm run vizlink` in one. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The checkout to which the tests belong: everything is built there. */
export const project = join(import.meta.dirname, '..', '..')

/** Throws where `npm run` would install packages in the project: tests that run beside this one use them. */
export function mustBeSetUp(): void {
  const lock = createHash('sha256')
    .update(readFileSync(join(project, 'package-lock.json')))
    .digest('hex')
  const stamp = join(project, 'node_modules', '.vizlink-lock')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock)
    throw new Error('The packages are not those of package-lock.json: run `npm run check` first.')
}

export interface FreshClone {
  readonly path: string
  /** Holds the clone; for other files of a test too. */
  readonly folder: string
  dispose(): void
}

/** Copies what the project's commits would hold, tests excepted. */
export function makeFreshClone(): FreshClone {
  mustBeSetUp()
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-clone-'))
  const path = join(folder, 'clone')
  const listed = spawnSync('git', ['ls-files', '-coz', '--exclude-standard'], {
    cwd: project,
    encoding: 'utf8',
  }).stdout
  for (const file of listed.split('\0').filter((name) => name !== '' && !name.startsWith('test/')))
    if (existsSync(join(project, file))) cpSync(join(project, file), join(path, file))
  // The packages of npm and the source that is fetched are the project's: fetching is not what is tested here. Were they
  // fetched all the same, they would replace links, not the project's own.
  symlinkSync(join(project, '.cache'), join(path, '.cache'))
  mkdirSync(join(path, 'node_modules'))
  for (const name of readdirSync(join(project, 'node_modules')))
    symlinkSync(join(project, 'node_modules', name), join(path, 'node_modules', name))
  return { path, folder, dispose: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A command that needs everything that is built, its link process too, and finds no host. */
export const commandWithoutHost = [
  'connect',
  '--host',
  '127.0.0.1:65000',
  '--ssh',
  'ada@127.0.0.1:9',
  '--json',
]

interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Runs `npm run vizlink` in a checkout to its end; npm itself says nothing.
 * @param options `input` is on standard input; `path` comes first in PATH
 */
export function npmRun(
  checkout: string,
  args: string[],
  { input = '', path = '' }: { input?: string; path?: string } = {},
): Promise<Outcome> {
  const data = mkdtempSync(join(tmpdir(), 'vizlink-data-'))
  const child = spawn('npm', ['--silent', 'run', 'vizlink', '--', ...args], {
    cwd: checkout,
    env: {
      ...process.env,
      PATH: `${path}:${process.env.PATH}`,
      XDG_DATA_HOME: data,
      npm_config_update_notifier: 'false',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const outcome = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (outcome[name] += text))
  child.stdin.on('error', () => undefined).end(input)
  return new Promise((resolve) =>
    child.once('close', (code) => {
      rmSync(data, { recursive: true, force: true })
      resolve({ code, ...outcome })
    }),
  )
}
