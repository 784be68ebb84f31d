/**
 * Secrets as files that only the user may read, as SSH keeps its keys: for a platform without a store of its own. What lies
 * here is worth no more than the SSH key that leads to the same hosts.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecretStore } from '../../ports/platform.ts'
import { withFileLock } from '../../protocols/file-lock.ts'
import { writePrivateFile } from '../../protocols/private-file.ts'

const missing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** @param folder made with mode 0700 at the first write */
export function createFileSecretStore(folder: string): SecretStore {
  // Names carry what users and sites chose: as file names only their hashes are safe.
  const fileOf = (name: string): string => join(folder, createHash('sha256').update(name).digest('hex'))
  return {
    persistent: true,
    get: (name) =>
      readFile(fileOf(name), 'utf8').catch((error: unknown) => {
        if (missing(error)) return null
        throw error
      }),
    set: (name, value) => writePrivateFile(fileOf(name), value),
    delete: (name) => rm(fileOf(name), { force: true }),
    exclusively: (name, work) => withFileLock(fileOf(name), work),
  }
}
