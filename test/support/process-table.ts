/** Processes of this machine as /proc lists them (Linux). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface ProcessRow {
  pid: number
  parent: number
  /** Arguments; empty for a process that has ended and waits to be collected. */
  argv: string[]
}

/** A file of a process; empty when it ended meanwhile or belongs to somebody else. */
export function readProcessFile(pid: number, name: 'stat' | 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return ''
  }
}

export function processTable(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .map((pid) => ({
      pid,
      parent: Number(/\) \S (\d+)/.exec(readProcessFile(pid, 'stat'))?.[1] ?? 0),
      argv: readProcessFile(pid, 'cmdline').split('\0').filter(Boolean),
    }))
}

/** All descendants of a process that still run. */
export function descendantsOf(ancestor: number, table = processTable()): ProcessRow[] {
  const children = table.filter(({ parent }) => parent === ancestor)
  return children
    .flatMap((child) => [child, ...descendantsOf(child.pid, table)])
    .filter(({ argv }) => argv.length > 0)
}

const alive = (pid: number): boolean => readProcessFile(pid, 'cmdline') !== ''

/** Those of `pids` that still run. */
export const stillRunning = (pids: number[]): number[] => pids.filter(alive)

/** Inodes of the sockets that a process holds. */
export function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
