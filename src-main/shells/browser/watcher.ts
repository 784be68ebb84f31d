/** Last resort of a browser: when this process is killed, a small program ends it and removes what was its own. */
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

/** Waits until its input ends, that is until this process has gone. $1: leader of the browser's process group. */
const script = `cat >/dev/null
pid=$1; shift
kill -s TERM "$pid" 2>/dev/null
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do kill -s 0 "$pid" 2>/dev/null || break; sleep 0.2; done
kill -s KILL -- "-$pid" 2>/dev/null
for n in 1 2 3 4 5; do rm -rf -- "$@" 2>/dev/null && break; sleep 0.2; done`

export interface Watcher {
  /** Called as soon as the browser is gone: its number may be another program's then. */
  end(): void
}

/** Watches a browser; does nothing where there is no such shell (Windows). */
export function startWatcher(browser: number, folders: string[]): Watcher {
  if (process.platform === 'win32') return { end: () => undefined }
  const child = spawn('/bin/sh', ['-c', script, 'vizlink-watcher', String(browser), ...folders], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
    // A terminal's Ctrl-C and a signal to the whole group must not reach it.
    detached: true,
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  // It must not keep us: it ends with us.
  child.unref()
  ;(child.stdin as Writable & { unref?(): void }).unref?.()
  return {
    end() {
      if (child.pid === undefined) return
      try {
        // Its `cat` is a process of its own: the whole group goes.
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // Gone already.
      }
    },
  }
}
