/**
 * Node.js keeps what it has compiled of the app's code, so that the next start is sooner. Not tried where this project's tests run: the
 * Electron of the tests has an older Node.js, which cannot.
 */
import nodeModule from 'node:module'
import { join } from 'node:path'

type Cache = Pick<Partial<typeof nodeModule>, 'enableCompileCache'>

/**
 * Begins it for this process and those that it starts: they know the folder by their environment.
 * @param userFolder of this user alone: code that lies in it is run
 * @returns whether this Node.js can
 */
export function keepCompiledCode(
  userFolder: string,
  environment: NodeJS.ProcessEnv = process.env,
  { enableCompileCache }: Cache = nodeModule,
): boolean {
  const folder = join(userFolder, 'compiled')
  const on = enableCompileCache?.(folder).directory !== undefined
  if (on) environment.NODE_COMPILE_CACHE ??= folder
  return on
}
