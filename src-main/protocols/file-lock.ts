/** Changes of a file of ours by several processes of one user, one after the other: window and command line may run side by side. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { pause } from '../domain/retry.ts'

const lookEveryMs = 25
/** How often the lock of work that lasts is renewed, and how old one is that was left behind. */
const renewEveryMs = 3000
const staleMs = 10_000
/** A change of a file takes milliseconds, and nothing depends on such a file alone: a user waits no longer for it. */
const usualPatienceMs = 15_000

export interface LockOptions {
  /** How long another process is waited for. */
  patienceMs?: number
  /** Ends the wait. */
  signal?: AbortSignal
  /** How long after the work others have to wait still. */
  lingerMs?: () => number
}

/**
 * Runs `work` while no other process has the lock of `path`, a file beside it. A lock whose process has ended is taken over. Where no
 * lock can be made, or it does not come free in time, the work is done without: its own failure says what is wrong with the folder.
 * @throws the signal's reason once it aborts before the work; what the work throws
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  { patienceMs = usualPatienceMs, signal, lingerMs = () => 0 }: LockOptions = {},
): Promise<T> {
  const lock = `${path}.lock`
  const mine = `${process.pid} ${hostname()} ${randomBytes(8).toString('hex')}\n`
  if (!(await take(lock, mine, patienceMs, signal))) return work()
  const renewing = setInterval(() => {
    const now = new Date()
    void utimes(lock, now, now).catch(() => undefined)
  }, renewEveryMs).unref()
  const give = async (): Promise<void> => {
    clearInterval(renewing)
    // It may have been taken over from a computer that slept.
    if ((await textOf(lock)) === mine) await rm(lock, { force: true }).catch(() => undefined)
  }
  try {
    return await work()
  } finally {
    const left = lingerMs()
    if (left > 0) setTimeout(() => void give(), left).unref()
    else await give()
  }
}

/** @returns whether it is ours */
async function take(lock: string, mine: string, patienceMs: number, signal?: AbortSignal): Promise<boolean> {
  const end = performance.now() + patienceMs
  for (;;) {
    signal?.throwIfAborted()
    const problem = await create(lock, mine)
    if (problem === null) return true
    if (problem !== 'EEXIST' || performance.now() > end) return false
    const theirs = await textOf(lock)
    if (theirs !== null && (await isLeft(lock, theirs))) await setAside(lock, theirs)
    else await pause(lookEveryMs, signal)
  }
}

/** @returns the system's code where it cannot be made */
async function create(lock: string, mine: string): Promise<string | null> {
  try {
    await mkdir(dirname(lock), { recursive: true, mode: 0o700 })
    await writeFile(lock, mine, { flag: 'wx', mode: 0o600 })
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}

const textOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null)

async function isLeft(lock: string, theirs: string): Promise<boolean> {
  const [, pid, host] = /^(\d{1,10}) (\S{1,255}) /.exec(theirs) ?? []
  if (host === hostname() && pid !== undefined && !isRunning(Number(pid))) return true
  const made = await stat(lock).catch(() => null)
  return made !== null && Date.now() - made.mtimeMs > staleMs
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Takes a lock away that was left behind. One that another process has made meanwhile is put back. */
async function setAside(lock: string, theirs: string): Promise<void> {
  const aside = `${lock}.${randomBytes(8).toString('hex')}`
  await rename(lock, aside).catch(() => undefined)
  const moved = await textOf(aside)
  if (moved !== null && moved !== theirs) await link(aside, lock).catch(() => undefined)
  await rm(aside, { force: true }).catch(() => undefined)
}
