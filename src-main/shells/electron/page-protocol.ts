/** `app://client/`: the built page out of the package, with the same headers as in the browser shell. */
import { readFile } from 'node:fs/promises'
import type { CustomScheme, Session } from 'electron'
import { findPageFile } from '../page-files.ts'
import { fileHeaders, securityHeaders } from '../page-headers.ts'
import { pageOrigin, pageScheme } from './security.ts'

/** To be registered before the app is ready. */
export const pageSchemes: CustomScheme[] = [
  {
    scheme: pageScheme,
    privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
  },
]

/** Script and styles are asked for one right after the other. */
const quietMs = 5

/** Answers one request for the page. */
export async function answerPageRequest(rendererFolder: string, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const ours = url.protocol === `${pageScheme}:` && `${url.protocol}//${url.host}` === pageOrigin
  if (!ours || request.method !== 'GET') return new Response(null, { status: 403, headers: securityHeaders })
  const file = await findPageFile(rendererFolder, url.pathname)
  if (file === null) return new Response(null, { status: 404, headers: securityHeaders })
  return new Response(await readFile(file.path), { headers: fileHeaders(file.contentType, url.pathname) })
}

/**
 * Serves the page on the window's own session (a partition does not see the global handler), and nothing else.
 * @returns settles when the page has its script and asks for nothing more: it begins
 */
export function servePage(
  session: {
    protocol: Pick<Session['protocol'], 'handle'>
    webRequest: Pick<Session['webRequest'], 'onBeforeRequest'>
  },
  rendererFolder: string,
): Promise<void> {
  const begins = Promise.withResolvers<void>()
  let quiet: NodeJS.Timeout | undefined
  let hasScript = false
  let underWay = 0
  session.protocol.handle(pageScheme, async (request) => {
    clearTimeout(quiet)
    underWay++
    try {
      const answer = await answerPageRequest(rendererFolder, request)
      hasScript ||= request.url.endsWith('.js')
      return answer
    } finally {
      if (--underWay === 0 && hasScript) quiet = setTimeout(begins.resolve, quietMs)
    }
  })
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !/^(app|devtools|blob|data):/.test(details.url) })
  })
  return begins.promise
}
