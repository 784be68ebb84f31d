/** One service of the portal through the web server: the way to it, its answer, its best time. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Seen, ServiceSight, TimedService } from '../../domain/site-check/observations.ts'
import { responseLimits } from '../../domain/site-check/rules/portal.ts'
import type { PortalAnswer, PortalHttp } from '../../protocols/portal/http.ts'
import { VizlinkError } from '../../shared/errors.ts'
import { reasonOf } from './gather.ts'

const samples = 5
/** Between requests: one of the web server's forms refuses more than a few in a second. */
const pauseMs = 150
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

/** The best of several times beyond the round trip; one within the limit is enough. */
async function timeOf(http: PortalHttp, url: string, limitMs: number, roundTripMs: number): Promise<number> {
  let best = Infinity
  for (let sample = 0; sample < samples && best > limitMs; sample++) {
    if (sample > 0) await pause(pauseMs)
    const { ms } = await get(http, url)
    best = Math.min(best, Math.max(0, ms - roundTripMs))
  }
  return best
}

/** Times the services that answer one after another: nothing else should be under way then. */
export async function timeServices(
  http: PortalHttp,
  sights: Record<TimedService, Seen<ServiceSight>>,
  roundTripMs: number,
): Promise<Record<TimedService, number | null>> {
  const times: Record<TimedService, number | null> = {
    dashboard: null,
    cae: null,
    authPortal: null,
    moonlight: null,
  }
  for (const [name, sight] of Object.entries(sights) as [TimedService, Seen<ServiceSight>][]) {
    if (!sight.ok || sight.value.state !== 'answers') continue
    times[name] = await timeOf(http, sight.value.url, responseLimits[name], roundTripMs)
  }
  return times
}
