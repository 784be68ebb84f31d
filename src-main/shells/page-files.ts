/** Finds a file of the built page by the path of a URL; nothing outside the folder is ever found. */
import { realpath, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { contentTypeOf } from './page-headers.ts'

export interface PageFile {
  path: string
  contentType: string
  size: number
}

/**
 * @param folder the built page (index.html at its top)
 * @param urlPath path of the URL, still percent-encoded, starting with `/`
 * @returns null for everything that is not a plain file inside the folder with a known type
 */
export async function findPageFile(folder: string, urlPath: string): Promise<PageFile | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (!decoded.startsWith('/') || decoded.length > 512 || /[\0\\]|(^|\/)\.\.?(\/|$)/.test(decoded))
    return null
  const relative = decoded === '/' ? '/index.html' : decoded
  const contentType = contentTypeOf(extname(relative).toLowerCase())
  if (contentType === null) return null
  try {
    const root = await realpath(folder)
    // After links are followed, too, it must lie inside.
    const path = await realpath(join(root, relative))
    if (!path.startsWith(root + sep)) return null
    const found = await stat(path)
    return found.isFile() ? { path, contentType, size: found.size } : null
  } catch {
    return null
  }
}
