/** Runs the site check on a demo site as the command line does, and names what it found. */
import { checkSite } from '../../src-main/site-check/check.ts'
import { loadProfile, type LoadedProfile } from '../../src-main/services/sites/load-profile.ts'
import {
  siteCheckReportSchema,
  type SiteCheckReport,
  type WordedReport,
} from '../../src-main/shared/model/site-check.ts'
import { isProblem, wordedIn } from '../../src-main/shared/model/site-check-words.ts'
import { saidIn } from '../../src-main/shared/texts/index.ts'
import type { NodePlatform } from '../../src-main/shells/node/index.ts'

/** @param token of a signed-in user */
export async function runCheck(
  platform: NodePlatform,
  profile: string,
  token: string | null = null,
): Promise<WordedReport> {
  return checkLoaded(platform, await loadProfile(profile), token)
}

/** The same for a profile that the test has changed. */
export const checkLoaded = async (
  platform: NodePlatform,
  loaded: LoadedProfile,
  token: string | null = null,
): Promise<WordedReport> =>
  wordedIn(siteCheckReportSchema.parse(await checkSite({ loaded, platform, version: '0.0.0', token })), 'en')

/** `id result` of warnings and failures, sorted. */
export const problemsIn = ({ findings }: SiteCheckReport): string[] =>
  findings
    .filter(isProblem)
    .map(({ id, result }) => `${id} ${result}`)
    .sort()

/** Those findings in full, for a failed assertion. */
export const shown = ({ findings }: SiteCheckReport): string =>
  findings
    .filter(isProblem)
    .map(({ id, seen }) => `${id}: ${saidIn(seen, 'en')}`)
    .join('\n')
