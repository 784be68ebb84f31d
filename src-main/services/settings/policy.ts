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
import { asText, translate, type Text } from '../../shared/texts/index.ts'

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
    const { data, error } = policySchema.safeParse(parsedJson(await readBounded(file)))
    if (!error) return data
    const names = error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys : (issue.path[0] ?? []),
    )
    const settings = [...new Set(names.map(String))].join(', ')
    throw new Refusal(
      settings === '' ? asText('policy.notSettings') : asText('policy.doNotFit', { settings }),
      objections(error),
    )
  } finally {
    await file.close()
  }
}

async function checkFile(file: FileHandle): Promise<void> {
  const found = await file.stat()
  if (!found.isFile()) throw new Refusal(asText('policy.notFile'))
  if (found.uid !== root) throw new Refusal(asText('policy.notOfRoot'))
  if ((found.mode & writableByOthers) !== 0) throw new Refusal(asText('policy.writable'))
}

/** The file may have grown since it was looked at: only what is read counts. */
async function readBounded(file: FileHandle): Promise<Uint8Array> {
  const bytes = Buffer.alloc(maximumPolicy + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length)
    length += bytesRead
    if (length > maximumPolicy) throw new Refusal(asText('policy.tooLarge'))
    if (bytesRead === 0) return bytes.subarray(0, length)
  }
}

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new Refusal(asText('policy.notJson'), excerpt(String(error)))
  }
}

/** Only root can have put another folder or link in the place of one of those that lead to the file. */
async function checkFolders(folder: string): Promise<void> {
  for (const path of [...ancestors(folder), ...ancestors(await realpath(folder))]) {
    const found = await lstat(path)
    if (found.uid !== root) throw new Refusal(asText('policy.folderNotOfRoot', { path }))
    // In a folder like /tmp others can replace nothing that is root's.
    const isOpen = (found.mode & writableByOthers) !== 0 && (found.mode & sticky) === 0
    if (found.isDirectory() && isOpen) throw new Refusal(asText('policy.folderWritable', { path }))
  }
}

function ancestors(folder: string): string[] {
  const above = folder === parse(folder).root ? [] : ancestors(dirname(folder))
  return [...above, folder]
}

async function refuseOnWindows(path: string): Promise<never> {
  await stat(path)
  throw new Refusal(asText('policy.onWindows'))
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Why a policy is refused. The message is for the administrator who mends it. */
class Refusal extends Error {
  readonly why: Text

  constructor(why: Text, message = translate(why, 'en')) {
    super(message)
    this.why = why
  }
}

const reasons: Record<string, Text> = {
  ELOOP: asText('policy.isLink'),
  EACCES: asText('policy.notReadable'),
}

function refusal(path: string, error: unknown): Failure {
  const { code = '' } = error as NodeJS.ErrnoException
  const { why, message } =
    error instanceof Refusal
      ? error
      : new Refusal(reasons[code] ?? asText('policy.notRead', { said: excerpt(String(error)) }))
  return fail('bad-settings', 'policy-refused', {
    facts: { file: path, reason: why },
    evidence: [
      { label: 'file', value: path },
      { label: 'reason', value: message },
    ],
    retryable: false,
  }).failure
}
