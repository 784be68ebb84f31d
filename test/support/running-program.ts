/** `vizlink` and other programs of this project as processes of their own. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export interface Run {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** As a terminal's Ctrl-C: every process of its group hears it. */
  interruptGroup(): void
  /** Resolves as soon as standard error has a line that fits; rejects when the program ends without. */
  said(line: RegExp): Promise<void>
  /** What it came to; `report` is the last line of standard output as JSON, null where it is none. */
  result: Promise<{ code: number | null; stdout: string; stderr: string; report: unknown }>
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '') as unknown
  } catch {
    return null
  }
}

/**
 * Starts a program.
 * @param dataFolder in the place of the user's folder of data
 * @param environment more variables; one that is undefined is taken away
 */
export function start(
  program: string,
  args: string[],
  dataFolder: string,
  environment: NodeJS.ProcessEnv = {},
): Run {
  const child = spawn(process.execPath, [join(root, program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_DATA_HOME: dataFolder, ...environment },
    // A group of its own, as a shell starts what is typed.
    detached: true,
  })
  const output = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      output[name] += text
      for (const look of watchers) look()
    })
  }
  const result = new Promise<Awaited<Run['result']>>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output, report: jsonOf(output.stdout) }))
  })
  return {
    pid: child.pid ?? -1,
    kill: (signal) => void child.kill(signal),
    interruptGroup: () => void process.kill(-(child.pid ?? 0), 'SIGINT'),
    said: (line) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.stderr.split('\n').some((text) => line.test(text))) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
        void result.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)))
      }),
    result,
  }
}

/** Runs `vizlink` to its end. */
export const vizlink = (args: string[], dataFolder: string): Run['result'] =>
  start('src-main/cli.ts', args, dataFolder).result
