/** Reads a file that holds a password alone. */
import { readFile, stat } from 'node:fs/promises'

const most = 4096

/** @throws Error when others than its owner may read it */
export async function readPassword(path: string): Promise<string> {
  const { mode, size } = await stat(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new Error('Others may read redis.passwordFile: it is not used.')
  if (size > most) throw new Error('redis.passwordFile is too large for a password.')
  return (await readFile(path, 'utf8')).trim()
}
