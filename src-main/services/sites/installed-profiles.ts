/** The sites that a machine's administrator or the user has put in place: `*.json` in two folders. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Platform } from '../../ports/platform.ts'
import { toFailure } from '../../shared/errors.ts'
import { loadProfile, type LoadedProfile } from './load-profile.ts'

/** For all users of the machine; beside it `sites` in the user's data folder. */
const machineFolder: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: '/etc/vizlink/sites',
  darwin: '/Library/Application Support/Vizlink/sites',
  win32: 'C:\\ProgramData\\Vizlink\\sites',
}

/**
 * Loads all that can be used; one that cannot is logged and left out.
 * Where two have the same id the machine's counts: a user cannot put another portal in its place by accident.
 */
export async function loadInstalledProfiles(
  { dataFolder, logger }: Pick<Platform, 'dataFolder' | 'logger'>,
  machine: string | undefined = machineFolder[process.platform],
): Promise<LoadedProfile[]> {
  const found = new Map<string, LoadedProfile>()
  for (const folder of [machine, join(dataFolder, 'sites')]) {
    if (folder === undefined) continue
    // A folder that is not there holds no profiles.
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((candidate) => candidate.endsWith('.json')).sort()) {
      try {
        const loaded = await loadProfile(join(folder, name))
        if (!found.has(loaded.profile.id)) found.set(loaded.profile.id, loaded)
      } catch (error) {
        logger.log('error', 'profile.unusable', { name, ...toFailure(error) })
      }
    }
  }
  return [...found.values()]
}

/** The site that the user names, else all that are installed. @throws VizlinkError bad-profile for the one named */
export async function loadProfiles(
  site: string | undefined,
  from: Parameters<typeof loadInstalledProfiles>[0],
): Promise<LoadedProfile[]> {
  return site === undefined ? loadInstalledProfiles(from) : [await loadProfile(site)]
}
