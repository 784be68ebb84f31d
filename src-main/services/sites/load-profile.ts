/** Loads site profiles: JSON checked by schema, file names beside the profile made absolute. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fail } from '../../shared/errors.ts'
import { siteProfileSchema, type SiteProfile } from '../../shared/model/site-profile.ts'

export interface LoadedProfile {
  profile: SiteProfile
  /** PEM of the portal's certificate authority, or null. */
  portalCa: string | null
  /** Absolute path of the private key, or null for the SSH agent. */
  identityFile: string | null
}

const maximumProfile = 1024 * 1024

function bad(path: string, reason: string): Error {
  return fail('bad-profile', {
    message: 'The site profile cannot be used.',
    nextStep: 'Get a current profile from your administrator, or mend the part that the evidence names.',
    evidence: [
      { label: 'file', value: path },
      { label: 'reason', value: reason },
    ],
    retryable: false,
  })
}

/** @throws VizlinkError bad-profile, naming the file and what is wrong in it */
export async function loadProfile(path: string): Promise<LoadedProfile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw bad(path, error instanceof Error ? error.message : String(error))
  })
  if (text.length > maximumProfile) throw bad(path, 'the file is too large')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw bad(path, error instanceof Error ? error.message : 'not JSON')
  }
  const parsed = siteProfileSchema.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw bad(path, issue ? `${issue.path.join('.') || 'top level'}: ${issue.message}` : 'unknown')
  }
  const beside = (file: string | undefined): string | null =>
    file === undefined ? null : resolve(dirname(path), file)
  const caFile = beside(parsed.data.portal.caFile)
  const portalCa =
    caFile === null
      ? null
      : await readFile(caFile, 'utf8').catch(() => {
          throw bad(path, `portal.caFile: ${caFile} cannot be read`)
        })
  return { profile: parsed.data, portalCa, identityFile: beside(parsed.data.ssh.identityFile) }
}
