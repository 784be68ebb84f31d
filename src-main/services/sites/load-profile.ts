/** Loads site profiles: JSON checked by schema, file names beside the profile made absolute. */
import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { homeFolder } from '../../protocols/own-folders.ts'
import { resourceFile } from '../../protocols/resource-file.ts'
import { fail } from '../../shared/errors.ts'
import { objections } from '../../shared/schema-issues.ts'
import { siteProfileSchema, type SiteProfile } from '../../shared/model/site-profile.ts'

export interface LoadedProfile {
  profile: SiteProfile
  /** PEM of the portal's certificate authority, or null. */
  portalCa: string | null
  /** Absolute path of the private key, or null for the SSH agent. */
  identityFile: string | null
  /** Job script of sessions by sbatch; null where the portal makes them. */
  jobTemplate: string | null
  /** Absolute path of the file with the password of Redis, or null. */
  redisPasswordFile: string | null
  /** Absolute path of the authority (PEM) of a Redis that speaks TLS, or null. */
  redisCaFile: string | null
}

const maximumFile = 1024 * 1024

function bad(path: string, reason: string): Error {
  return fail('bad-profile', 'profile-unusable', {
    evidence: [
      { label: 'file', value: path },
      { label: 'reason', value: reason },
    ],
    retryable: false,
  })
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
}

/** Reads a small text file: devices, pipes and folders are refused before anything is read. @throws Error with a reason */
async function readText(path: string): Promise<string> {
  try {
    const information = await stat(path)
    if (!information.isFile()) throw new Error('it is no file')
    if (information.size > maximumFile) throw new Error('it is too large')
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new Error('it is no text (UTF-8)')
    throw typeof code === 'string' ? new Error(reasons[code] ?? code) : error
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== null
  } catch {
    return false
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** @throws VizlinkError bad-profile, naming the file and what is wrong in it */
export async function loadProfile(path: string): Promise<LoadedProfile> {
  const text = await readText(path).catch((error: unknown) => {
    throw bad(path, textOf(error))
  })
  let json: unknown
  try {
    // Some editors begin a file with a byte order mark.
    json = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw bad(path, `it is no JSON: ${textOf(error).slice(0, 200)}`)
  }
  const parsed = siteProfileSchema.safeParse(json)
  if (!parsed.success) throw bad(path, objections(parsed.error))
  const beside = (file: string | undefined): string | null =>
    file === undefined ? null : resolve(dirname(path), file.replace(/^~(?=\/)/, homeFolder()))
  const textOfFile = async (setting: string, file: string | null): Promise<string | null> =>
    file === null
      ? null
      : readText(file).catch((error: unknown) => {
          throw bad(path, `${setting}: ${file}: ${textOf(error)}`)
        })
  const caFile = beside(parsed.data.portal?.caFile)
  const portalCa = await textOfFile('portal.caFile', caFile)
  if (portalCa !== null && !isCertificate(portalCa))
    throw bad(path, `portal.caFile: ${caFile} holds no certificate (PEM)`)
  const templateFile =
    beside(parsed.data.slurm.jobTemplate) ?? (parsed.data.portal ? null : resourceFile('job-template.sh'))
  // An editor of Windows ends lines in a way that sbatch refuses.
  const jobTemplate = (await textOfFile('slurm.jobTemplate', templateFile))?.replaceAll('\r\n', '\n') ?? null
  if (jobTemplate !== null && !jobTemplate.startsWith('#!'))
    throw bad(path, `slurm.jobTemplate: ${templateFile} is no script (its first line names no interpreter)`)
  return {
    profile: parsed.data,
    portalCa,
    jobTemplate,
    identityFile: beside(parsed.data.ssh.identityFile),
    redisPasswordFile: beside(parsed.data.redis?.passwordFile),
    redisCaFile: beside(parsed.data.redis?.tls?.caFile),
  }
}
