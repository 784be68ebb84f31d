/** Daemons and commands of the demo site: started directly, ended by pid, gone with us as far as the kernel allows. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Environment variable that marks every process of a site with the site's directory, so that none can be left behind. */
export const siteMark = 'VIZLINK_DEMO_SITE'

/**
 * How the command lines of Slurm's step daemons begin: they write their title over their environment, so only the folder
 * in which they work says whose they are. Their daemon does not end them, and without a controller they wait for hours.
 */
export const unmarked = 'slurmstepd: '

export interface Daemon {
  readonly pid: number
  /** Resolves when the process has ended, however it ended. */
  readonly exited: Promise<void>
  running(): boolean
  /** SIGTERM, then SIGKILL after `patienceMs`; resolves when the process is gone. */
  stop(patienceMs?: number): Promise<void>
}

export interface DaemonOptions {
  environment?: NodeJS.ProcessEnv
  directory?: string
  /** File that receives stdout and stderr. */
  logFile: string
  /** Asked to end, not killed, when this process dies. */
  tidies?: boolean
}

/**
 * Starts a program in the foreground and in a session of its own (a terminal's Ctrl-C must not reach it before we end
 * jobs in order). setpriv's parent-death signal ends it when this process dies by SIGKILL; the signal is SIGTERM for
 * programs that have something to tidy up.
 */
export function startDaemon(program: string, args: string[], options: DaemonOptions): Daemon {
  const log = openSync(options.logFile, 'a', 0o600)
  const child = spawn('setpriv', ['--pdeathsig', options.tidies ? 'TERM' : 'KILL', '--', program, ...args], {
    cwd: options.directory ?? '/',
    env: options.environment ?? process.env,
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  let running = true
  const exited = new Promise<void>((resolve) => {
    const end = (): void => {
      running = false
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  const signal = (name: NodeJS.Signals): void => {
    if (running) child.kill(name)
  }
  return {
    pid: child.pid ?? -1,
    exited,
    running: () => running,
    async stop(patienceMs = 3000) {
      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), patienceMs)
      await exited
      clearTimeout(timer)
    },
  }
}

export interface CommandResult {
  /** Exit status; null when the deadline struck or a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
  timedOut: boolean
}

const maximumOutput = 4 << 20

/** Runs a command to its end or its deadline. Rejects only when it cannot be started (`ENOENT` as in Node.js). */
export function runCommand(
  program: string,
  args: string[],
  options: { environment?: NodeJS.ProcessEnv; deadlineMs?: number; directory?: string } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: options.environment ?? process.env,
      cwd: options.directory ?? '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8')
      child[name].on('data', (text: string) => {
        if (output[name].length < maximumOutput) output[name] += text
      })
    }
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, options.deadlineMs ?? 20_000)
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, ...output, timedOut })
    })
  })
}

/** Asks `ready` again and again until it says true; rejects with `what` at the deadline or when `gone` says true. */
export async function waitUntil(
  what: string,
  ready: () => Promise<boolean> | boolean,
  options: { deadlineMs?: number; everyMs?: number; gone?: () => boolean } = {},
): Promise<void> {
  const end = Date.now() + (options.deadlineMs ?? 15_000)
  for (;;) {
    if (await ready()) return
    if (options.gone?.()) throw new Error(`${what}: the process ended`)
    if (Date.now() > end) throw new Error(`${what}: not within ${options.deadlineMs ?? 15_000} ms`)
    await delay(options.everyMs ?? 15)
  }
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function readProcessFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return '' // It ended meanwhile, or belongs to somebody else.
  }
}

/** Whether a process works in a folder below `directory`. */
export function worksIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${directory}/`)
  } catch {
    return false
  }
}

/**
 * Pids of living processes that carry the mark of the site in `directory`, or are step daemons of its Slurm (this process
 * is never one of them), and whose command line matches.
 */
export function markedProcesses(directory: string, commandLine = /./): number[] {
  const mark = `${siteMark}=${directory}`
  return processIds().filter((pid) => {
    if (pid === process.pid) return false
    const command = readProcessFile(pid, 'cmdline').replaceAll('\0', ' ')
    if (!commandLine.test(command)) return false
    return (
      readProcessFile(pid, 'environ').split('\0').includes(mark) ||
      (command.startsWith(unmarked) && worksIn(pid, directory))
    )
  })
}

/** Pids of all descendants of `ancestors` whose command line matches. */
export function descendants(ancestors: number[], commandLine = /./): number[] {
  const children = new Map<number, number[]>()
  for (const pid of processIds()) {
    const parent = Number(/\) \S (\d+)/.exec(readProcessFile(pid, 'stat'))?.[1] ?? 0)
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const found: number[] = []
  const queue = [...ancestors]
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of children.get(pid) ?? []) {
      queue.push(child)
      if (commandLine.test(readProcessFile(child, 'cmdline').replaceAll('\0', ' '))) found.push(child)
    }
  }
  return found
}

/** Stops (SIGSTOP) a process and all below it, so that none can start another meanwhile; gives their pids. */
export function frozenTree(root: number): number[] {
  const frozen = new Set<number>()
  for (let found = [root]; found.length > 0; found = descendants([root]).filter((pid) => !frozen.has(pid)))
    for (const pid of found) {
      signalProcess(pid, 'SIGSTOP')
      frozen.add(pid)
    }
  return [...frozen]
}

/** Sends a signal; a process that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already.
  }
}
