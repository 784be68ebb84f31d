/**
 * Whether those who started a script of ours are still there. npm runs scripts through a shell that passes no signal on,
 * and a SIGKILL notifies no process: that their parent has changed is all that the survivors see.
 */
import { readFileSync } from 'node:fs'

const everyMs = 250

/** Pid of a process's parent; null where that cannot be known. */
function parentOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}

/** Whether a process is a shell that runs one command: who waits for that command is the shell's own parent. */
function runsOneCommand(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[1] === '-c'
  } catch {
    return false
  }
}

/**
 * Calls `onEnd` once when this script's parent has ended, or npm behind the shell that is its parent.
 * @param {() => void} onEnd
 * @returns {() => void} stops watching
 */
export function whenStarterEnds(onEnd) {
  const parent = process.ppid
  const behindShell = runsOneCommand(parent) ? parentOf(parent) : null
  const timer = setInterval(() => {
    if (process.ppid === parent && (behindShell === null || parentOf(parent) === behindShell)) return
    clearInterval(timer)
    onEnd()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
