/** Programs that a run of tests starts. They end with it: each leads a process group, which gets the signals that we get. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const running = new Set()
let ending = false
/** So long children that were asked to end may tidy up. */
const tidyingMs = 8_000

/**
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {import('node:child_process').ChildProcess} leads a process group of its own
 * @throws {Error} where the run is being ended
 */
export function startChild(program, args, options) {
  if (ending) throw new Error('The run is being ended.')
  const child = spawn(program, args, { ...options, detached: true })
  running.add(child)
  child.once('error', () => running.delete(child))
  child.once('close', () => running.delete(child))
  return child
}

function signalAll(name) {
  for (const { pid } of running) {
    try {
      process.kill(-pid, name)
    } catch {
      // It has just ended.
    }
  }
}

/** From now on what ends us ends our children first: a signal, or that our output is not read any more. */
export function endChildrenWithUs() {
  const end = async (name) => {
    if (ending) return
    ending = true
    const closed = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)))
    signalAll('SIGTERM')
    setTimeout(() => signalAll('SIGKILL'), tidyingMs)
    await Promise.all(closed)
    process.exit(128 + constants.signals[name])
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, end)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => void end('SIGPIPE'))
}
