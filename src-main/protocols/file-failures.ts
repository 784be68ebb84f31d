/** What this computer refuses about a file of its user, with the file's place: systems do not always name it. */
import { fail } from '../shared/errors.ts'

const full = ['ENOSPC', 'EDQUOT']
const notWritable = ['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOENT', 'EEXIST', 'EISDIR']

/** @returns a VizlinkError (internal), or any other error as it is */
export function fileFailure(cause: unknown, path: string): unknown {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const details = { facts: { path }, evidence: [{ label: 'error' as const, value: message }], cause }
  if (full.includes(code)) return fail('internal', 'disk-full', details)
  return notWritable.includes(code) ? fail('internal', 'not-writable', details) : cause
}

/** The result of `write`. @throws VizlinkError (internal) with `path` where this computer refuses it */
export async function writingTo<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw fileFailure(error, path)
  }
}
