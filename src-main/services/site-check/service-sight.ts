/** One service of the portal through the web server: the way to it, its answer, its time. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Seen, ServiceSight, TimedService } from '../../domain/site-check/observations.ts'
import { responseLimits } from '../../domain/site-check/rules/portal.ts'
import type { PortalAnswer, PortalHttp } from '../../protocols/portal/http.ts'
import { VizlinkError } from '../../shared/errors.ts'
import { reasonOf } from './gather.ts'

/** Times that are always taken of a service and of the start page, and those that are taken before a service is called slow. */
const fewestSamples = 3
const mostSamples = 9
/** Before each further time, as often as times were taken: what is busy for a moment is not taken for slow. */
const pauseMs = 50
const limitedPauseMs = 1100
const limitedTries = 3
/** A service that takes longer hangs. */
const answerDeadlineMs = 8000

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
    const answer = await http.send(url, { headers, deadlineMs: answerDeadlineMs })
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
  /** null: none came. */
  answer: PortalAnswer | null
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
    const found = await lookAt(http, base, path, fits)
    const { state } = found.sight
    if (best === null || preference.indexOf(state) < preference.indexOf(best.sight.state)) best = found
    if (state === 'answers') break
  }
  if (best === null) throw new Error('no address to try')
  return best
}

/** One request. The web server itself was reached before: a service without an answer hangs behind it. */
async function lookAt(
  http: PortalHttp,
  base: string,
  path: string,
  fits: (answer: PortalAnswer) => boolean,
): Promise<Found> {
  const url = base + path
  try {
    const answer = await get(http, url)
    return { sight: { state: stateOf(answer, fits), seen: seenOf(url, answer), url }, base, answer }
  } catch (error) {
    if (!(error instanceof VizlinkError) || error.kind !== 'portal-unreachable') throw error
    const seen = `GET ${new URL(url).pathname}: ${reasonOf(error)}`
    return { sight: { state: 'down', seen, url }, base, answer: null }
  }
}

/** Time of one answer, ms. */
async function answerTime(http: PortalHttp, url: string): Promise<number> {
  const { ms } = await get(http, url)
  return ms
}

/**
 * What a service adds to what the web server itself takes for its start page: the shortest of its times less the shortest of
 * the start page's, asked in turn over the same connection. A busy computer, network or web server only ever adds to a
 * time, and to both alike; a slow service is slow every time. Three of each are always asked, more only while it looks slow.
 */
async function timeOf(http: PortalHttp, url: string, limitMs: number): Promise<number> {
  const startPage = new URL('/', url).href
  let shortest = Infinity
  let control = Infinity
  const added = (): number => Math.max(0, shortest - control)
  for (let sample = 0; sample < fewestSamples || (sample < mostSamples && added() > limitMs); sample++) {
    if (sample >= fewestSamples) await pause(pauseMs * sample)
    control = Math.min(control, await answerTime(http, startPage))
    shortest = Math.min(shortest, await answerTime(http, url))
  }
  return added()
}

/** Times the services that answer one after another: nothing else should be under way then. */
export async function timeServices(
  http: PortalHttp,
  sights: Record<TimedService, Seen<ServiceSight>>,
): Promise<Record<TimedService, number | null>> {
  const times: Record<TimedService, number | null> = {
    dashboard: null,
    cae: null,
    authPortal: null,
    moonlight: null,
  }
  for (const [name, sight] of Object.entries(sights) as [TimedService, Seen<ServiceSight>][]) {
    if (!sight.ok || sight.value.state !== 'answers') continue
    times[name] = await timeOf(http, sight.value.url, responseLimits[name])
  }
  return times
}
