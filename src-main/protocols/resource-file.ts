/** Files that belong to the program beside its code: job template, relays, icons. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** This code lies in src-main/protocols, or in a bundle in out/main. */
const sourceTree = join(import.meta.dirname, '..', '..')

/** @returns its path: in a package beside the program, else in the source tree; null where there is none by that name */
export function resourceFile(name: string): string | null {
  const { resourcesPath } = process as NodeJS.Process & { resourcesPath?: string }
  const folders = [...(resourcesPath ? [resourcesPath] : []), join(sourceTree, 'resources')]
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null
}
