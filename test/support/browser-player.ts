/** A person's browser without a window: follows redirects with cookies, fills in forms with a name, presses their button. */
import { Agent, request } from 'undici'

export interface BrowserOptions {
  user: string
  /** PEM of the authority that it trusts beside nothing else. */
  ca: string
  /** Where the portal's fixed port is in this test. */
  handOffPort?: number
}

export interface Visit {
  url: string
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

const fixedPort = 'http://localhost:4431/'

/** @returns every page that was asked for, in order */
export async function browse(start: string, options: BrowserOptions): Promise<Visit[]> {
  const dispatcher = new Agent({ connect: { ca: options.ca } })
  const cookies = new Map<string, Map<string, string>>()
  const visits: Visit[] = []
  let next: { method: 'GET' | 'POST'; url: string; body: string | null } | null = {
    method: 'GET',
    url: start,
    body: null,
  }
  try {
    while (next && visits.length < 15) {
      const { method, body } = next
      const url: string =
        options.handOffPort !== undefined && next.url.startsWith(fixedPort)
          ? next.url.replace(fixedPort, `http://localhost:${options.handOffPort}/`)
          : next.url
      const { origin } = new URL(url)
      const jar = cookies.get(origin) ?? new Map<string, string>()
      cookies.set(origin, jar)
      const answer = await request(url, {
        dispatcher,
        method,
        body,
        headers: {
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          'sec-fetch-dest': 'document',
          'sec-fetch-mode': 'navigate',
          ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      })
      const text = await answer.body.text()
      for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        jar.set(name, value)
      }
      visits.push({ url, status: answer.statusCode, headers: answer.headers, text })
      next = follow(url, answer.headers.location, text, options.user)
    }
  } finally {
    await dispatcher.close()
  }
  return visits
}

function follow(url: string, location: string | string[] | undefined, text: string, user: string) {
  if (typeof location === 'string')
    return { method: 'GET' as const, url: new URL(location, url).href, body: null }
  const form = /<form method="(\w+)"(?: action="([^"]*)")?/.exec(text)
  if (!form) return null
  const fields = new URLSearchParams(
    [...text.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      name === 'user' ? user : value.replaceAll('&amp;', '&'),
    ]),
  )
  const action = new URL(form[2] ?? url, url)
  if (form[1] === 'post') return { method: 'POST' as const, url: action.href, body: fields.toString() }
  action.search = fields.toString()
  return { method: 'GET' as const, url: action.href, body: null }
}
