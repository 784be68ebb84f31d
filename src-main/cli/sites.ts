/** `vizlink sites`: the site profiles of this computer, and those that cannot be used. */
import { findInstalledProfiles, type UnusableProfile } from '../services/sites/index.ts'
import { say } from './output.ts'
import { createCommandPlatform } from './platform.ts'
import { padded, t } from './texts.ts'

/** One line for each, on standard error: the file, and which entry or line is wrong. */
export function sayUnusable(unusable: readonly UnusableProfile[]): void {
  for (const { file, reason } of unusable) say(t('cli.sites.unusable', { file, reason }))
}

/** @returns exit status */
export async function listSites({ json }: { json: boolean }): Promise<number> {
  const platform = createCommandPlatform()
  try {
    const { profiles, unusable } = await findInstalledProfiles(platform)
    const sites = profiles.map(({ profile: { id, name } }) => ({ id, name }))
    if (json) process.stdout.write(`${JSON.stringify({ sites, unusable })}\n`)
    else if (sites.length === 0) say(t('cli.sites.none'))
    else for (const { id, name } of sites) process.stdout.write(`${padded(id, 24)}  ${name}\n`)
    sayUnusable(unusable)
    return 0
  } finally {
    await platform.dispose()
  }
}

/** A command that needs a site got none: what is installed cannot be the cause unseen. */
export async function sayUnusableSites(): Promise<void> {
  const platform = createCommandPlatform()
  try {
    sayUnusable((await findInstalledProfiles(platform)).unusable)
  } finally {
    await platform.dispose()
  }
}
