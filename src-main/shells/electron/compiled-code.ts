/**
 * Node.js keeps what it has compiled of the app's code, so that the next start is sooner. Not tried where this project's tests run: the
 * Electron of the tests has an older Node.js, which cannot.
 */
import nodeModule from 'node:module'
import { join } from 'node:path'

type Cache = Pick<Partial<typeof nodeModule>, 'enableCompileCache'>

/**
 * Begins it for this process.
 * @param userFolder of this user alone: code that lies in it is run
 * @returns the folder, which child processes take by `NODE_COMPILE_CACHE`; null where this Node.js cannot
 */
export function keepCompiledCode(
  userFolder: string,
  { enableCompileCache }: Cache = nodeModule,
): string | null {
  const folder = join(userFolder, 'compiled')
  return enableCompileCache?.(folder).directory === undefined ? null : folder
}
