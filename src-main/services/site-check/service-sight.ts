/** One service of the portal through the web server: the way to it, its answer, its best time. */
import type { ServiceSight } from '../../domain/site-check/observations.ts'
import type { PortalAnswer, PortalHttp } from '../../protocols/portal/http.ts'

const samples = 4
/** Between requests: one of the web server's forms refuses more than a few in a second. */
const pauseMs = 150
const limitedPauseMs = 1100
const limitedTries = 3

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Of a page its title, else the beginning of the text. */
const shortText = ({ text }: PortalAnswer): string => {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]
  return (title === undefined ? text : `page “${title}”`).replace(/\s+/g, ' ').trim().slice(0, 80)
}
/** Request and answer in short. */
export const seenOf = (url: string, answer: PortalAnswer): string =>
  `GET ${new URL(url).pathname}: ${answer.status}${answer.json === null && answer.text ? ` ${shortText(answer)}` : ''}`

/** A GET; where the web server's rate limit says 503 it is asked again a little later. */
export async function get(
  http: PortalHttp,
  url: string,
  headers: Record<string, string> = {},
): Promise<PortalAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await http.send(url, { headers, deadlineMs: 15_000 })
    if (answer.status !== 503 || tries === limitedTries) return answer
    await pause(limitedPauseMs)
  }
}

/** What an answer says about the way to a service; `fits` knows the service's own answer. */
function stateOf(answer: PortalAnswer, fits: (answer: PortalAnswer) => boolean): ServiceSight['state'] {
  if (fits(answer)) return 'answers'
  if ([502, 503, 504].includes(answer.status)) return 'down'
  // A page instead of data is another service's or the web server's own.
  const page = answer.json === null && answer.status < 500
  return page || answer.status === 404 ? 'not-routed' : 'odd'
}

const preference: readonly ServiceSight['state'][] = ['answers', 'down', 'odd', 'not-routed']

export interface Found {
  sight: ServiceSight
  /** Base URL that leads to the service, or the first one tried. */
  base: string
  answer: PortalAnswer
}

/** Tries the bases at which portals are known to have a service; the best answer counts. */
export async function findService(
  http: PortalHttp,
  bases: readonly string[],
  path: string,
  fits: (answer: PortalAnswer) => boolean,
): Promise<Found> {
  let best: Found | null = null
  for (const base of bases) {
    const answer = await get(http, base + path)
    const state = stateOf(answer, fits)
    const found = { sight: { state, seen: seenOf(base + path, answer), ms: null }, base, answer }
    if (best === null || preference.indexOf(state) < preference.indexOf(best.sight.state)) best = found
    if (state === 'answers') break
  }
  if (best === null) throw new Error('no address to try')
  return best
}

/** The best of several times beyond the round trip; one below the limit is enough. */
export async function timed(
  http: PortalHttp,
  { base, sight }: Found,
  path: string,
  { limitMs, roundTripMs }: { limitMs: number; roundTripMs: number },
): Promise<number | null> {
  if (sight.state !== 'answers') return null
  let best = Infinity
  for (let sample = 0; sample < samples && best > limitMs; sample++) {
    await pause(pauseMs)
    const { ms } = await get(http, base + path)
    best = Math.min(best, Math.max(0, ms - roundTripMs))
  }
  return best
}
