/** Files of this user alone, written so that neither a crash nor a power cut leaves half of one. */
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writingTo } from './file-failures.ts'

/**
 * Writes a file beside and renames it: other clients of the same user may read at the same time. What was written lies on the disk
 * when this settles. Missing folders are made with mode 0700.
 * @throws VizlinkError (internal) where this computer refuses it
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  // Nothing is written before the window is there.
  const { default: writeFileAtomic } = await import('write-file-atomic')
  await writingTo(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFileAtomic(path, text, { mode: 0o600 })
  })
}

const maximumOwnFile = 4 * 1024 * 1024

/** A file that this program writes, as it was read. */
export type OwnFile<T> =
  | { state: 'read'; value: T }
  | { state: 'missing' }
  /** This program did not write it so. It was set aside as `aside`: somebody may still want what is in it. */
  | { state: 'damaged'; aside: string; error: unknown }
  /** It must not be written either. */
  | { state: 'unreadable'; error: unknown }

/**
 * Reads a JSON file of ours.
 * @param check throws where it holds something else
 */
export async function readOwnJson<T>(path: string, check: (value: unknown) => T): Promise<OwnFile<T>> {
  let text: string | null
  try {
    text = await readBounded(path)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? { state: 'missing' }
      : { state: 'unreadable', error }
  }
  try {
    if (text === null) throw new Error('it is too large')
    return { state: 'read', value: check(JSON.parse(text)) }
  } catch (error) {
    const aside = `${path}.damaged`
    return rename(path, aside).then(
      () => ({ state: 'damaged', aside, error }) as const,
      (denied: unknown) => ({ state: 'unreadable', error: denied }) as const,
    )
  }
}

/** @returns null where there is more than any file of ours has */
export async function readBounded(path: string): Promise<string | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    return size > maximumOwnFile ? null : await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
