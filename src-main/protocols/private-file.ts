/** Files of this user alone, written so that neither a crash nor a power cut leaves half of one. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file beside and renames it: other clients of the same user may read at the same time. What was written lies on the disk
 * when this settles. Missing folders are made with mode 0700.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Nothing is written before the window is there.
  const { default: writeFileAtomic } = await import('write-file-atomic')
  await writeFileAtomic(path, text, { mode: 0o600 })
}
