/** One service of the portal through the web server: the way to it, its answer, its time. */
import type { Seen, ServiceSight, TimedService } from '../observations.ts'
import type { PortalAnswer, PortalHttp, PortalSender } from '../../protocols/portal/http.ts'
import { pause } from '../../domain/retry.ts'
import { VizlinkError } from '../../shared/errors.ts'
import { asText } from '../../shared/texts/index.ts'
import { reasonOf } from './gather.ts'

/** Rounds in which each service is asked once; the fewer where answers took long together by then. */
const rounds = { most: 15, fewest: 5 }
const longMs = 3000
/** Between rounds: what is busy for a moment is not busy in most of them. */
const roundPauseMs = 20
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
  http: PortalSender,
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
  http: PortalSender,
  [first, ...others]: readonly [string, ...string[]],
  path: string,
  fits: (answer: PortalAnswer) => boolean,
): Promise<Found> {
  let best = await lookAt(http, first, path, fits)
  for (const base of others) {
    if (best.sight.state === 'answers') break
    const found = await lookAt(http, base, path, fits)
    if (preference.indexOf(found.sight.state) < preference.indexOf(best.sight.state)) best = found
  }
  return best
}

/** One request. The web server itself was reached before: a service without an answer hangs behind it. */
async function lookAt(
  http: PortalSender,
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
    const seen = asText('site-check-seen.request', { path: new URL(url).pathname, answer: reasonOf(error) })
    return { sight: { state: 'down', seen, url }, base, answer: null }
  }
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

/** A client that can send over one kept connection. */
interface TimedHttp {
  overOneConnection(): PortalSender & Pick<PortalHttp, 'close'>
}

/** Median times of addresses that are asked in turn, round after round, over one connection, ms. */
async function medianTimes(http: TimedHttp, urls: ReadonlySet<string>): Promise<Map<string, number>> {
  const times = new Map([...urls].map((url): [string, number[]] => [url, []]))
  const kept = http.overOneConnection()
  try {
    // The first request opens the connection.
    for (const [url] of [...times].slice(0, 1)) await get(kept, url)
    let taken = 0
    for (let round = 0; round < rounds.fewest || (round < rounds.most && taken < longMs); round++) {
      if (round > 0) await pause(roundPauseMs)
      for (const [url, list] of times) {
        const { ms } = await get(kept, url)
        list.push(ms)
        taken += ms
      }
    }
  } finally {
    await kept.close()
  }
  return new Map([...times].map(([url, list]) => [url, median(list)]))
}

const startPageOf = (url: string): string => new URL('/', url).href

/**
 * What each service that answers adds to what the web server itself takes for its start page: the difference of their medians
 * in the same rounds. What a busy computer, network or web server adds is in both. Nothing else should be under way then.
 */
export async function timeServices(
  http: TimedHttp,
  sights: Record<TimedService, Seen<ServiceSight>>,
): Promise<Record<TimedService, number | null>> {
  const urls = Object.values(sights).flatMap((sight) =>
    sight.ok && sight.value.state === 'answers' ? [sight.value.url] : [],
  )
  const times = await medianTimes(http, new Set([...urls.map(startPageOf), ...urls]))
  const added = (sight: Seen<ServiceSight>): number | null => {
    if (!sight.ok) return null
    const [own, control] = [sight.value.url, startPageOf(sight.value.url)].map((url) => times.get(url))
    return own === undefined || control === undefined ? null : Math.max(0, own - control)
  }
  return {
    dashboard: added(sights.dashboard),
    cae: added(sights.cae),
    authPortal: added(sights.authPortal),
    moonlight: added(sights.moonlight),
  }
}
