/**
 * The administrator's policy. It counts only as a file that root alone can have put there: another user who could write it would decide
 * for every user of the computer. It is read from the descriptor whose owner was looked at, and whole or not at all.
 */
import { constants } from 'node:fs'
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises'
import { dirname, parse } from 'node:path'
import { excerpt } from '../../shared/bounds.ts'
import { fail, type Failure } from '../../shared/errors.ts'
import { policySchema, type Policy } from '../../shared/model/settings.ts'
import { objections } from '../../shared/schema-issues.ts'

const maximumPolicy = 256 * 1024
const writableByOthers = 0o022
const sticky = 0o1000
const root = 0

/** Where the policy lies. Fixed: an address from the environment would be the user's own. */
export const policyPath = (platform: NodeJS.Platform = process.platform): string =>
  platform === 'win32' ? 'C:\\ProgramData\\vizlink\\policy.json' : '/etc/vizlink/policy.json'

/** @returns the policy; an empty one where there is none, or with `failure` where it is refused */
export async function readPolicy(
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<{ policy: Policy; failure: Failure | null }> {
  try {
    return { policy: await (platform === 'win32' ? refuseOnWindows(path) : read(path)), failure: null }
  } catch (error) {
    return { policy: {}, failure: isMissing(error) ? null : refusal(path, error) }
  }
}

async function read(path: string): Promise<Policy> {
  // Where there is none, nothing is wrong with the folders either.
  await lstat(path)
  await checkFolders(dirname(path))
  // A link is not followed, and nothing waits for the other end of a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    await checkFile(file)
    const parsed = policySchema.safeParse(JSON.parse(await readBounded(file)))
    if (!parsed.success) throw new Error(objections(parsed.error))
    return parsed.data
  } finally {
    await file.close()
  }
}

async function checkFile(file: FileHandle): Promise<void> {
  const found = await file.stat()
  if (!found.isFile()) throw new Error('it is no file')
  if (found.uid !== root) throw new Error('it does not belong to root')
  if ((found.mode & writableByOthers) !== 0) throw new Error('others than root may write it')
}

/** The file may have grown since it was looked at: only what is read counts. */
async function readBounded(file: FileHandle): Promise<string> {
  const bytes = Buffer.alloc(maximumPolicy + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length)
    length += bytesRead
    if (length > maximumPolicy) throw new Error('it is too large')
    if (bytesRead === 0) return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length))
  }
}

/** Only root can have put another folder or link in the place of one of those that lead to the file. */
async function checkFolders(folder: string): Promise<void> {
  for (const path of [...ancestors(folder), ...ancestors(await realpath(folder))]) {
    const found = await lstat(path)
    if (found.uid !== root) throw new Error(`${path} does not belong to root`)
    // In a folder like /tmp others can replace nothing that is root's.
    const isOpen = (found.mode & writableByOthers) !== 0 && (found.mode & sticky) === 0
    if (found.isDirectory() && isOpen) throw new Error(`others than root may write ${path}`)
  }
}

function ancestors(folder: string): string[] {
  const above = folder === parse(folder).root ? [] : ancestors(dirname(folder))
  return [...above, folder]
}

async function refuseOnWindows(path: string): Promise<never> {
  await stat(path)
  throw new Error('this version cannot check on Windows who owns it')
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const reasons: Record<string, string> = { ELOOP: 'it is a link', EACCES: 'you may not read it' }

function refusal(path: string, error: unknown): Failure {
  const { code = '' } = error as NodeJS.ErrnoException
  const reason = reasons[code] ?? (error instanceof Error ? excerpt(error.message) : String(error))
  return fail('bad-settings', 'policy-refused', {
    facts: { file: path, reason },
    evidence: [
      { label: 'file', value: path },
      { label: 'reason', value: reason },
    ],
    retryable: false,
  }).failure
}
