/**
 * The user's home folder, and temporary folders of Vizlink's own processes, also when they are killed: each one's name says whose it is, and a file in it where
 * that number counts, since containers may share their temporary files.
 */
import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { writingTo } from './file-failures.ts'

const ownName = /^vizlink-(?:browser|sign-in|link)-(\d{1,10})-\w{6}$/

/** The longest path of such a folder in which a browser can still make its socket; those of a link are shorter. */
const longestPath = 58
const shortPlace = '/tmp'
const numberedBy = '.numbered-by'

/**
 * The user's home folder. An empty HOME is none: it would be the folder in which the program was started. A user whom this
 * computer does not know has `/`, as after a login.
 */
export function homeFolder(): string {
  try {
    return homedir() || userInfo().homedir
  } catch {
    return '/'
  }
}

/** What gives this process its number: its namespace of processes, where there are any. */
const processNumbers = (): Promise<string> => readlink('/proc/self/ns/pid').catch(() => 'this computer')

/**
 * Makes a folder that only the user may enter: in the usual place, if its path is not too long for sockets there.
 * @throws VizlinkError (internal) where this computer refuses it
 */
export async function makeOwnFolder(purpose: 'browser' | 'sign-in' | 'link'): Promise<string> {
  const name = `vizlink-${purpose}-${process.pid}-`
  const fits =
    Buffer.byteLength(join(tmpdir(), `${name}123456`)) <= longestPath || process.platform === 'win32'
  const place = fits ? tmpdir() : shortPlace
  return writingTo(place, async () => {
    const folder = await mkdtemp(join(place, name))
    await writeFile(join(folder, numberedBy), await processNumbers())
    return folder
  })
}

/** Whether it is one of those folders, of whatever process: only these may be removed by the look of them. */
export const isOwnFolder = (path: string): boolean => ownName.test(basename(path))

/** Removes what processes of the same user left that are gone. */
export async function sweepOwnFolders(): Promise<void> {
  await Promise.all([...new Set([tmpdir(), shortPlace])].map(sweep))
}

async function sweep(place: string): Promise<void> {
  const names = await readdir(place).catch(() => [])
  await Promise.all(
    names.map(async (name) => {
      const pid = Number(ownName.exec(name)?.[1] ?? 0)
      if (pid === 0 || isRunning(pid)) return
      const path = join(place, name)
      const found = await lstat(path).catch(() => null)
      // Everybody may make files there: a name alone proves nothing.
      if (!found?.isDirectory() || found.uid !== process.getuid?.()) return
      const numbers = await readFile(join(path, numberedBy), 'utf8').catch(() => null)
      if (numbers !== (await processNumbers())) return
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }),
  )
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
