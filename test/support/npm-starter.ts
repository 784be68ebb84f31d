/** Tests that what npm runs ends when npm, its shell or the terminal does, by whatever signal, and leaves nothing. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { mustBeSetUp } from './fresh-clone.ts'
import { descendantsOf, processTable, readProcessFile, stillRunning } from './process-table.ts'
import type { SiteReady } from '../site/types.ts'
import { signalProcess, worksIn } from '../site/support/processes.ts'
import { createSession } from '../integration/site/support.ts'

const root = join(import.meta.dirname, '..', '..')
/** Folder of temporary files: all that a run makes lies in it, and its processes name it or work in it. */
let folder: string
let data: string

const processesOfRun = (): number[] =>
  processTable()
    .map(({ pid }) => pid)
    .filter((pid) => readProcessFile(pid, 'environ').includes(`TMPDIR=${folder}\0`) || worksIn(pid, folder))

const commandsOf = (pids: number[]): string[] =>
  pids.map((pid) => readProcessFile(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 150))

/** Sockets with a name in the file system that somebody still holds. */
const socketsOfRun = (): string[] =>
  readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .filter((line) => line.includes(folder))

/** What runs, and when it is in the middle of its work. */
interface Program {
  args: string[]
  inTheMiddle: (output: () => string) => Promise<unknown>
}

const jobRuns = () =>
  vi.waitUntil(() => commandsOf(processesOfRun()).some((command) => command.endsWith('/slurm_script ')), {
    timeout: 90_000,
    message: 'a job runs',
  })

/** Jobs of tests end within a second: their cluster is what runs from the first to the last. */
const clusterRuns = () =>
  vi.waitUntil(() => commandsOf(processesOfRun()).some((command) => /\bslurmd\b/.test(command)), {
    timeout: 90_000,
    message: 'a cluster runs',
  })

export const programs = {
  site: {
    args: ['run', 'site', '--', '--plain', '--nodes', '1', '--fault', 'host-not-ready'],
    async inTheMiddle(output) {
      const line = await vi.waitUntil(() => /\{"profile.*\}/.exec(output())?.[0], {
        timeout: 90_000,
        message: 'the line of JSON',
      })
      await createSession({ ready: JSON.parse(line) as SiteReady })
      await jobRuns()
    },
  },
  demo: { args: ['run', 'demo', '--', '--headless', '--seconds', '600'], inTheMiddle: jobRuns },
  test: { args: ['test', '--', 'test/integration/portal/site.test.ts'], inTheMiddle: clusterRuns },
  start: { args: ['start', '--', '--no-window'], inTheMiddle: pageIsServed },
  vizlink: { args: ['run', 'vizlink', '--', 'serve', '--no-window'], inTheMiddle: pageIsServed },
} satisfies Record<string, Program>

function pageIsServed(output: () => string): Promise<unknown> {
  return vi.waitUntil(() => /^\/.*\.html\r?$/m.exec(output()), {
    timeout: 90_000,
    message: 'the file that signs a browser in',
  })
}

/** Starts npm, on a terminal of its own where `terminal` says so. */
function startNpm({ args }: Program, terminal: boolean) {
  const command: [string, string[]] = terminal
    ? ['script', ['-qec', ['npm', ...args].join(' '), '/dev/null']]
    : ['npm', args]
  const child = spawn(...command, {
    cwd: root,
    env: {
      ...process.env,
      TMPDIR: folder,
      // npm's own; else it would lie in the folder of temporary files.
      NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
      XDG_DATA_HOME: data,
      SHELL: '/bin/sh',
      npm_config_update_notifier: 'false',
      npm_config_logs_max: '0',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  return { pid: child.pid ?? -1, ended, output: () => output }
}

/** Who is struck: npm itself, the shell in which it runs the script, or the terminal (by the end of who holds it). */
type Struck = 'npm' | 'shell' | 'terminal'
export const strikes: [Struck, NodeJS.Signals][] = [
  ['npm', 'SIGTERM'],
  ['npm', 'SIGKILL'],
  ['npm', 'SIGHUP'],
  ['shell', 'SIGTERM'],
  ['shell', 'SIGKILL'],
  ['shell', 'SIGHUP'],
  ['terminal', 'SIGKILL'],
]

/** Defines a test for each strike: it comes in the middle of the program's work, and nothing of that is left. */
export function endsWithItsStarter(name: keyof typeof programs, ways: typeof strikes): void {
  beforeAll(mustBeSetUp)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
    data = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  })
  afterEach(() => {
    for (const pid of processesOfRun()) signalProcess(pid, 'SIGKILL')
    for (const path of [folder, data]) rmSync(path, { recursive: true, force: true })
  })
  test.each(ways)(`npm run ${name}: %s struck by %s`, async (who, signal) => {
    const program: Program = programs[name]
    const run = startNpm(program, who === 'terminal')
    await program.inTheMiddle(run.output).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${run.output()}`)
    })
    const shell = descendantsOf(run.pid).find(({ argv }) => argv[1] === '-c')
    expect(shell?.argv.slice(0, 2)).toEqual(['sh', '-c'])
    const all = [...new Set([...processesOfRun(), ...descendantsOf(run.pid).map(({ pid }) => pid)])]
    expect(commandsOf(all).join('\n')).toContain('scripts/set-up/program.mjs')
    process.kill(who === 'shell' ? (shell?.pid ?? -1) : run.pid, signal)
    await run.ended
    const left = () => ({
      processes: commandsOf([...new Set([...processesOfRun(), ...stillRunning(all)])]),
      files: readdirSync(folder),
      sockets: socketsOfRun(),
    })
    await vi
      .waitUntil(() => Object.values(left()).every((list) => list.length === 0), {
        timeout: 30_000,
        message: 'nothing is left',
      })
      .catch(() => expect(left()).toEqual({ processes: [], files: [], sockets: [] }))
  })
}
