/**
 * Which process of this user may use which ports: a table that all demo sites and tests of the user on this machine share.
 * Ports are looked at long before they are bound, so that sites side by side would choose the same ones. An entry counts as
 * long as the process lives that made it. Every change is a transaction of SQLite, which locks the file.
 */
import { lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { userInfo } from 'node:os'

/** Not the folder of temporary files: tests have each their own. Process ids mean nothing on another machine. */
const usualFolder = join('/tmp', `vizlink-ports-${userInfo().uid}`)
const lockedForMs = 30_000

/** Clock ticks from the machine's start to the process's: with the pid, it names a process. Null: there is no such process. */
function startOf(pid: number): string | null {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? null
    )
  } catch {
    return null
  }
}

/** Makes the folder. @throws Error where somebody else has made it, or may write into it */
function ownFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(folder)
  if (uid !== userInfo().uid || (mode & 0o170777) !== 0o040700)
    throw new Error(`${folder} is not a folder of yours alone: please remove it.`)
}

function inTransaction<T>(folder: string, work: (table: DatabaseSync) => T): T {
  ownFolder(folder)
  const table = new DatabaseSync(join(folder, 'ports.sqlite'), { timeout: lockedForMs })
  try {
    table.exec('BEGIN IMMEDIATE')
    table.exec('CREATE TABLE IF NOT EXISTS ports (first INTEGER PRIMARY KEY, pid INTEGER, start TEXT) STRICT')
    const result = work(table)
    table.exec('COMMIT')
    return result
  } finally {
    // Rolls back what was not committed.
    table.close()
  }
}

/**
 * Takes the first of `candidates` (a port means itself or the block that it begins) that no living process has.
 * @returns null when all are taken
 */
export function takePorts(candidates: readonly number[], folder = usualFolder): number | null {
  return inTransaction(folder, (table) => {
    const forget = table.prepare('DELETE FROM ports WHERE first = ?')
    const entries = table.prepare('SELECT first, pid, start FROM ports').all()
    const taken = new Set<number>()
    for (const { first, pid, start } of entries as { first: number; pid: number; start: string }[])
      if (startOf(pid) === start) taken.add(first)
      else forget.run(first)
    const free = candidates.find((first) => !taken.has(first)) ?? null
    if (free !== null)
      table.prepare('INSERT INTO ports VALUES (?, ?, ?)').run(free, process.pid, startOf(process.pid))
    return free
  })
}

/** Gives back what this process has taken. */
export function giveBackPorts(firsts: readonly number[], folder = usualFolder): void {
  if (firsts.length === 0) return
  inTransaction(folder, (table) => {
    const forget = table.prepare('DELETE FROM ports WHERE first = ? AND pid = ?')
    for (const first of firsts) forget.run(first, process.pid)
  })
}
