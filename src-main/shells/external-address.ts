/** Which addresses may be given to the system's browser. */
import { fail } from '../shared/errors.ts'

/**
 * The address to open.
 * @param plainOrigin an origin of plain http that the caller vouches for: a portal without TLS
 * @throws VizlinkError forbidden
 */
export function externalAddress(text: string, plainOrigin: string | undefined): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && url.origin === plainOrigin)) return url
  throw fail('forbidden', 'not-https', { retryable: false })
}
