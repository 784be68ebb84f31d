/** One service of the portal through the web server: the way to it and its answer. */
import type { ServiceSight } from '../observations.ts'
import type { PortalAnswer, PortalSender } from '../../protocols/portal/http.ts'
import { pause } from '../../domain/retry.ts'
import { VizlinkError } from '../../shared/errors.ts'
import { asText } from '../../shared/texts/index.ts'
import { isBetter, serviceStateOf, type ServiceProbe } from '../../protocols/portal/route-answers.ts'
import { reasonOf } from './gather.ts'

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
  probe: ServiceProbe,
  unknown: PortalAnswer | null,
): Promise<Found> {
  let best = await lookAt(http, first, probe, unknown)
  for (const base of others) {
    if (best.sight.state === 'answers') break
    const found = await lookAt(http, base, probe, unknown)
    if (isBetter(found.sight.state, best.sight.state)) best = found
  }
  return best
}

/** One request. The web server itself was reached before: a service without an answer hangs behind it. */
async function lookAt(
  http: PortalSender,
  base: string,
  probe: ServiceProbe,
  unknown: PortalAnswer | null,
): Promise<Found> {
  const url = base + probe.path
  try {
    const answer = await get(http, url)
    const seen = seenOf(url, answer)
    const state = await serviceStateOf(answer, { probe, base, unknown }, (address) => get(http, address))
    const sight =
      state === 'own-not-found'
        ? { state: 'answers' as const, seen: asText('site-check-seen.ownNotFound', { seen }) }
        : { state, seen }
    return { sight: { ...sight, url }, base, answer }
  } catch (error) {
    if (!(error instanceof VizlinkError) || error.kind !== 'portal-unreachable') throw error
    const seen = asText('site-check-seen.request', { path: new URL(url).pathname, answer: reasonOf(error) })
    return { sight: { state: 'down', seen, url }, base, answer: null }
  }
}
