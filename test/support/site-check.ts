/** Runs the site check on a demo site as the command line does, and names what it found. */
import { checkSite } from '../../src-main/services/site-check/index.ts'
import { loadProfile, type LoadedProfile } from '../../src-main/services/sites/load-profile.ts'
import { siteCheckReportSchema, type SiteCheckReport } from '../../src-main/shared/model/site-check.ts'
import { isProblem } from '../../src-main/shared/model/site-check-words.ts'
import type { NodePlatform } from '../../src-main/shells/node/index.ts'

/** @param token of a signed-in user */
export async function runCheck(
  platform: NodePlatform,
  profile: string,
  token: string | null = null,
): Promise<SiteCheckReport> {
  return checkLoaded(platform, await loadProfile(profile), token)
}

/** The same for a profile that the test has changed. */
export const checkLoaded = async (
  platform: NodePlatform,
  loaded: LoadedProfile,
  token: string | null = null,
): Promise<SiteCheckReport> =>
  siteCheckReportSchema.parse(await checkSite({ loaded, platform, version: '0.0.0', token }))

/**
 * `id result` of warnings and failures, sorted.
 * @param times with those about response times: a loaded machine has them without any fault of the site
 */
export const problemsIn = ({ findings }: SiteCheckReport, times = false): string[] =>
  findings
    .filter((finding) => isProblem(finding) && (times || !isOfTimes(finding.id)))
    .map(({ id, result }) => `${id} ${result}`)
    .sort()

export const isOfTimes = (id: string): boolean => id.startsWith('response-time.')

/** Exit status of a check that finds nothing, or no more than a loaded machine's response times. */
export const exitOfHealthy = ({ findings }: SiteCheckReport): 0 | 1 => (findings.some(isProblem) ? 1 : 0)

/** Those findings in full, for a failed assertion. */
export const shown = ({ findings }: SiteCheckReport): string =>
  findings
    .filter(isProblem)
    .map(({ id, seen }) => `${id}: ${seen}`)
    .join('\n')
