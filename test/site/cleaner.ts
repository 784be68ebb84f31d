/** Last resort of a demo site: what remains of it goes, also when the site itself dies by SIGKILL. */
import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { markedProcesses, signalProcess, siteMark, unmarked, waitUntil } from './support/processes.ts'

/** Waits until its input ends (this process has gone), then does what `dispose` could not do any more. */
const watcherScript = `cat >/dev/null
belongs() {
  tr '\\0' '\\n' <"$1/environ" 2>/dev/null | grep -qxF "$3=$2" && return
  grep -q '^${unmarked}' "$1/cmdline" 2>/dev/null || return
  case $(readlink "$1/cwd") in "$2"/*) return 0 ;; *) return 1 ;; esac
}
strike() {
  for folder in /proc/[0-9]*; do
    if belongs "$folder" "$1" "$2"; then kill "-$3" "\${folder#/proc/}" 2>/dev/null; fi
  done
}
sleep 1; strike "$1" "$2" TERM; sleep 3; strike "$1" "$2" KILL; rm -rf -- "$1"`

export interface Cleaner {
  /** Ends processes that carry the site's mark, removes the directory and the watcher. */
  clean(): Promise<void>
}

/** Starts the watcher of `directory`. */
export function startCleaner(directory: string): Cleaner {
  const watcher = spawn('sh', ['-c', watcherScript, 'site-watcher', directory, siteMark], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watcher.on('error', () => undefined)
  watcher.stdin.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => watcher.once('close', () => resolve()))
  return {
    async clean() {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        for (const pid of markedProcesses(directory)) signalProcess(pid, signal)
        await waitUntil('processes end', () => markedProcesses(directory).length === 0, {
          deadlineMs: 2500,
        }).catch(() => undefined)
      }
      // The watcher's `cat` is a process of its own: the whole group goes.
      if (watcher.pid !== undefined) signalProcess(-watcher.pid, 'SIGKILL')
      await ended
      await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
