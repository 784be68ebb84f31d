/** Which addresses may be given to the system's browser. */

/** @param plainOrigin an origin of plain http that the caller vouches for: a portal without TLS */
export const mayBeOpened = (url: URL, plainOrigin: string | undefined): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && url.origin === plainOrigin)
