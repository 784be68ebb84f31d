/** What the user has confirmed, a small file each in a folder of the data folder. No secrets. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file's or folder's name for any text: what others named never becomes a path. */
export const nameOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The file of what was confirmed under a name. */
export const confirmedFile = (folder: string, name: string): string => join(folder, `${nameOf(name)}.json`)

const absent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Content of a confirmed file, or null where there is none. Other errors are thrown: damaged is not "never seen". */
export async function readConfirmed(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (absent(error)) return null
    throw error
  }
}

/** Written beside and renamed: another client of the same user may read at the same time. */
export async function writeConfirmed(path: string, content: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const part = `${path}.${randomUUID()}`
  await writeFile(part, JSON.stringify(content), { mode: 0o600, flag: 'wx' })
  await rename(part, path)
}

/** Removes a file, or a folder with all that is in it. @returns whether there was one */
export async function forgetConfirmed(path: string): Promise<boolean> {
  try {
    await rm(path, { recursive: true })
    return true
  } catch (error) {
    if (absent(error)) return false
    throw error
  }
}
