/** The sites that a machine's administrator or the user has put in place: `*.json` in two folders. */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
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

/** A profile that is there and cannot be used. */
export interface UnusableProfile {
  file: string
  /** Which entry or line is wrong, and how. */
  reason: string
}

export interface FoundProfiles {
  profiles: LoadedProfile[]
  unusable: UnusableProfile[]
}

/**
 * Loads all that can be used, and says of the others why not.
 * Where two have the same id the machine's counts: a user cannot put another portal in its place by accident.
 */
export async function findInstalledProfiles(
  { dataFolder, logger }: Pick<Platform, 'dataFolder' | 'logger'>,
  machine: string | undefined = machineFolder[process.platform],
): Promise<FoundProfiles> {
  const found = new Map<string, LoadedProfile>()
  const unusable: UnusableProfile[] = []
  const leaveOut = (file: string, error: unknown): void => {
    const failure = toFailure(error)
    logger.log('error', 'profile.unusable', { name: basename(file), ...failure })
    const reason = failure.evidence.find(({ label }) => label === 'reason')?.value ?? failure.kind
    unusable.push({ file, reason })
  }
  for (const folder of [machine, join(dataFolder, 'sites')]) {
    if (folder === undefined) continue
    const names = await namesIn(folder).catch((error: unknown) => {
      leaveOut(folder, error)
      return []
    })
    for (const name of names.filter((candidate) => candidate.endsWith('.json')).sort()) {
      const file = join(folder, name)
      try {
        const loaded = await loadProfile(file)
        if (!found.has(loaded.profile.id)) found.set(loaded.profile.id, loaded)
      } catch (error) {
        leaveOut(file, error)
      }
    }
  }
  return { profiles: [...found.values()], unusable }
}

/**
 * The site that the user names, else all that are installed.
 * @throws VizlinkError bad-profile for the one named; there are some installed, and none can be used
 */
export async function loadProfiles(
  site: string | undefined,
  from: Pick<Platform, 'dataFolder' | 'logger'>,
  machine?: string,
): Promise<FoundProfiles> {
  if (site !== undefined) return { profiles: [await loadProfile(site)], unusable: [] }
  const found = await findInstalledProfiles(from, machine)
  const [first] = found.unusable
  if (found.profiles.length > 0 || first === undefined) return found
  throw fail('bad-profile', 'profile-unusable', {
    evidence: [
      { label: 'file', value: first.file },
      { label: 'reason', value: first.reason },
    ],
    retryable: false,
  })
}
