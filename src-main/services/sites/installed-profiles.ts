/** The sites that a machine's administrator or the user has put in place: `*.json` in two folders. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Platform } from '../../ports/platform.ts'
import { fail, toFailure } from '../../shared/errors.ts'
import { loadProfile, type LoadedProfile } from './load-profile.ts'

/** For all users of the machine; beside it `sites` in the user's data folder. */
const machineFolder: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: '/etc/vizlink/sites',
  darwin: '/Library/Application Support/Vizlink/sites',
  win32: 'C:\\ProgramData\\Vizlink\\sites',
}

/** Names of the files in a folder; one that is not there holds none. @throws VizlinkError bad-profile: it cannot be read */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    const evidence = [
      { label: 'file', value: folder },
      { label: 'reason', value: code === 'EACCES' ? 'you may not read it' : code },
    ]
    throw fail('bad-profile', 'profile-unusable', { evidence, retryable: false })
  }
}

/**
 * Loads all that can be used; one that cannot is logged and left out.
 * Where two have the same id the machine's counts: a user cannot put another portal in its place by accident.
 * @throws VizlinkError bad-profile: there are some, and none can be used
 */
export async function loadInstalledProfiles(
  { dataFolder, logger }: Pick<Platform, 'dataFolder' | 'logger'>,
  machine: string | undefined = machineFolder[process.platform],
): Promise<LoadedProfile[]> {
  const found = new Map<string, LoadedProfile>()
  let broken: unknown = null
  const leaveOut = (name: string, error: unknown): void => {
    broken ??= error
    logger.log('error', 'profile.unusable', { name, ...toFailure(error) })
  }
  for (const folder of [machine, join(dataFolder, 'sites')]) {
    if (folder === undefined) continue
    const names = await namesIn(folder).catch((error: unknown) => {
      leaveOut(folder, error)
      return []
    })
    for (const name of names.filter((candidate) => candidate.endsWith('.json')).sort()) {
      try {
        const loaded = await loadProfile(join(folder, name))
        if (!found.has(loaded.profile.id)) found.set(loaded.profile.id, loaded)
      } catch (error) {
        leaveOut(name, error)
      }
    }
  }
  if (found.size === 0 && broken !== null) throw broken as Error
  return [...found.values()]
}

/** The site that the user names, else all that are installed. @throws VizlinkError bad-profile for the one named */
export async function loadProfiles(
  site: string | undefined,
  from: Parameters<typeof loadInstalledProfiles>[0],
): Promise<LoadedProfile[]> {
  return site === undefined ? loadInstalledProfiles(from) : [await loadProfile(site)]
}
