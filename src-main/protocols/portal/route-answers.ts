/**
 * What an answer of the portal's web server says about a route. The status alone says little: a web server may answer with its
 * start page whatever it is asked, so the answer is compared with that for a path that does not exist, and a service's own answer
 * has its own shape.
 */
import { z } from 'zod'
import { isPage } from '../answer-body.ts'
import type { PortalAnswer } from './http.ts'
import type { PortalService } from './service-bases.ts'

/** Below the portal's origin: surely without a route of its own. */
export const unknownPath = '/no-such-route/0/'
/** Port 0 leads nowhere: a web server that has the route to any port fails by itself. */
export const openProxyPath = '/vncproxy/0/'

/** As far as a route shows: the time taken does not matter. */
type Answer = Pick<PortalAnswer, 'status' | 'json' | 'text'>

const isHtml = ({ text, json }: Answer): boolean => json === null && isPage(text)
const isSame = (one: Answer, other: Answer | null): boolean =>
  other !== null && one.status === other.status && one.text === other.text

/** A page of its own, and not the one that every path gets. @param unknown answer for `unknownPath`; null: none came */
export const isOwnPage = (answer: Answer, unknown: Answer | null): boolean =>
  answer.status === 200 && isHtml(answer) && !isSame(answer, unknown)

/** The web server has no route of its own for the path: "no such page", or what every path gets. */
export const isUnrouted = (answer: Answer, unknown: Answer | null): boolean =>
  answer.status === 404 || isSame(answer, unknown)

/** A gateway's error: nothing answers behind the web server. */
export const isGatewayError = ({ status }: Pick<PortalAnswer, 'status'>): boolean =>
  status >= 502 && status <= 504

/**
 * The web server itself leads from a base to the same with a slash: it has a location of that name, whatever is behind it.
 * @param answer for `base`
 */
const hasLocation = (answer: Pick<PortalAnswer, 'status' | 'location'>, base: string): boolean =>
  answer.status >= 301 &&
  answer.status <= 308 &&
  answer.location !== null &&
  new URL(answer.location).pathname === `${new URL(base).pathname}/`

/** Socket.IO's refusal of a handshake without its parameters. */
export const isSocketIo = (answer: Answer, unknown: Answer | null): boolean =>
  answer.status === 400 && !isHtml(answer) && !isSame(answer, unknown)

/** The route to any port of the portal's host is there. @param answer for `openProxyPath` */
export const isOpenProxy = (answer: Answer, unknown: Answer): boolean =>
  answer.status >= 400 && answer.status !== 404 && answer.status !== unknown.status

/** How the services answer their probes that are known by a shape. */
export const serviceShapes = {
  auth: z.object({ sso_enabled: z.boolean(), sso_type: z.string().catch('') }),
  dashboard: z.object({ status: z.string(), mode: z.string() }),
  moonlight: z.object({ images: z.array(z.unknown()) }),
  cae: z.object({ status: z.string(), service: z.string() }),
}

/** What the Moonlight backend says of itself at its base. */
export const moonlightDescription = z.object({
  service: z.string(),
  endpoints: z.object({ sessions: z.string() }),
})

export interface ServiceProbe {
  /** Below the service's base. */
  path: string
  /** The service's own answer. */
  fits(this: void, answer: Answer, unknown: Answer | null): boolean
  /** What the service says of itself at its base, where an older one has no such path. */
  describes?(this: void, answer: Pick<PortalAnswer, 'status' | 'json'>): boolean
  /** The path is not certain to be the service's: its own "no such page" is an answer, too. */
  isGuess?: true
}

const shaped =
  (service: keyof typeof serviceShapes): ServiceProbe['fits'] =>
  ({ status, json }) =>
    status === 200 && serviceShapes[service].safeParse(json).success

/** What each service is asked to see whether it answers: GETs that want no login and open nothing. */
export const serviceProbes: Readonly<Record<PortalService, ServiceProbe>> = {
  auth: { path: '/info', fits: shaped('auth') },
  dashboard: { path: '/health', fits: shaped('dashboard') },
  // Not /health: in one of the forms it is routed while the service's other calls are not.
  moonlight: {
    path: '/images',
    fits: shaped('moonlight'),
    describes: ({ status, json }) => status === 200 && moonlightDescription.safeParse(json).success,
  },
  cae: { path: '/app/health', fits: shaped('cae') },
  // Its source is not public: any JSON counts that is its own.
  caeAutomation: {
    path: '/health',
    isGuess: true,
    fits: (answer, unknown) => answer.json !== null && !isSame(answer, unknown),
  },
  // Without an upgrade the service refuses the request itself.
  webSocket: {
    path: '',
    fits: (answer, unknown) =>
      [400, 426].includes(answer.status) && !isHtml(answer) && !isSame(answer, unknown),
  },
}

/**
 * The way to a service. `own-not-found`: it answers, and has no such path. `down`: the web server knows the way but no service
 * answers there. `unclear`: an error, as for every path without a route. `odd`: an answer that is not the service's. `not-routed`:
 * something else answered (a page, a 404).
 */
export type ServiceState = 'answers' | 'own-not-found' | 'down' | 'unclear' | 'odd' | 'not-routed'

/** Of several bases the one counts whose answer is the first of these. */
const preference: readonly ServiceState[] = [
  'answers',
  'own-not-found',
  'down',
  'unclear',
  'odd',
  'not-routed',
]
export const isBetter = (one: ServiceState, other: ServiceState): boolean =>
  preference.indexOf(one) < preference.indexOf(other)

function stateOf(answer: Answer, { fits }: ServiceProbe, unknown: Answer | null): ServiceState {
  if (fits(answer, unknown)) return 'answers'
  const likeAll = isSame(answer, unknown)
  if (isGatewayError(answer)) return likeAll ? 'unclear' : 'down'
  // A page instead of data is another service's or the web server's own.
  const page = answer.json === null && answer.status < 500
  return page || likeAll || answer.status === 404 ? 'not-routed' : 'odd'
}

/**
 * What an answer says about the way to a service; where it leaves that open the web server is asked for the base alone.
 * @param base the answer is for the probe's path below it
 * @param unknown answer for `unknownPath`; null: none came
 * @param ask gives the answer for an address, or null
 */
export async function serviceStateOf(
  answer: Answer,
  { probe, base, unknown }: { probe: ServiceProbe; base: string; unknown: Answer | null },
  ask: (url: string) => Promise<Pick<PortalAnswer, 'status' | 'location' | 'json'> | null>,
): Promise<ServiceState> {
  const state = stateOf(answer, probe, unknown)
  if (answer.status === 404 && probe.describes) {
    const itself = await ask(`${base}/`)
    if (itself !== null && probe.describes(itself)) return 'own-not-found'
  }
  const isOwnNotFound = probe.isGuess === true && answer.status === 404 && !isSame(answer, unknown)
  if (state !== 'unclear' && !isOwnNotFound) return state
  const atBase = await ask(base)
  if (atBase === null || !hasLocation(atBase, base)) return state
  return isOwnNotFound ? 'own-not-found' : 'down'
}
