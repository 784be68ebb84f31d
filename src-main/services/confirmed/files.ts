/** What the user has confirmed, a small file each in a folder of the data folder. No secrets. */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivateFile } from '../../protocols/private-file.ts'

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

export const writeConfirmed = (path: string, content: object): Promise<void> =>
  writePrivateFile(path, JSON.stringify(content))

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
