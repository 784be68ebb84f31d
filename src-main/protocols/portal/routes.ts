/** The portal's services and pages, asked from here with one GET each: which answers, and how fast. Nothing is opened. */
import { asText, type Text } from '../../shared/texts/index.ts'
import { portalPages, type PortalRoute, type ServiceHealth } from '../../shared/model/status.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { PortalAnswer, PortalSender } from './http.ts'
import {
  isBetter,
  isGatewayError,
  isOpenProxy,
  isOwnPage,
  isSocketIo,
  isUnrouted,
  openProxyPath,
  serviceProbes,
  serviceStateOf,
  unknownPath,
  type ServiceState,
} from './route-answers.ts'
import { basesOf, originOf, type PortalService } from './service-bases.ts'

const services = [
  'auth',
  'dashboard',
  'moonlight',
  'cae',
  'caeAutomation',
  'webSocket',
] as const satisfies readonly PortalService[]

const deadlineMs = 8000

const ask = (http: PortalSender, url: string): Promise<PortalAnswer | null> =>
  http.send(url, { deadlineMs }).catch(() => null)

async function look(
  http: PortalSender,
  portal: PortalProfile,
  service: (typeof services)[number],
  unknown: PortalAnswer | null,
): Promise<ServiceHealth> {
  const result = (status: ServiceHealth['status'], responseMs: number | null, detail: Text | null) => ({
    name: asText(`panels.services.short.${service}`),
    status,
    responseMs,
    detail,
    constant: false,
  })
  const probe = serviceProbes[service]
  let best: { state: ServiceState; answer: PortalAnswer } | null = null
  for (const base of basesOf(portal, service)) {
    const answer = await ask(http, base + probe.path)
    if (answer === null) continue
    const state = await serviceStateOf(answer, { probe, base, unknown }, (url) => ask(http, url))
    if (best === null || isBetter(state, best.state)) best = { state, answer }
    if (state === 'answers') break
  }
  if (best === null) return result('down', null, asText('panels.services.noAnswer'))
  const { ms, status } = best.answer
  switch (best.state) {
    case 'answers':
    case 'own-not-found':
      return result('healthy', ms, null)
    case 'down':
      return result('down', null, asText('panels.services.webServer', { status }))
    case 'unclear':
      return result('unknown', null, asText('panels.services.everyPath', { status }))
    case 'not-routed':
      return result('unknown', null, asText('panels.services.noRoute'))
    case 'odd':
      return result('warning', ms, asText('panels.services.answers', { status }))
  }
}

/** All services that can be reached by HTTP, in a fixed order. */
export async function lookAtServices(http: PortalSender, portal: PortalProfile): Promise<ServiceHealth[]> {
  const unknown = await ask(http, originOf(portal) + unknownPath)
  return Promise.all(services.map((one) => look(http, portal, one, unknown)))
}

/** A route is there where its own answer comes, and fails where the web server gives an error for it alone. */
function routeOf(
  path: string,
  answer: PortalAnswer | null,
  unknown: PortalAnswer | null,
  isOwn: typeof isOwnPage,
): PortalRoute {
  if (answer === null) return { path, state: 'failing', responseMs: null }
  if (isOwn(answer, unknown)) return { path, state: 'there', responseMs: answer.ms }
  const fails = isGatewayError(answer) && !isUnrouted(answer, unknown)
  return { path, state: fails ? 'failing' : 'absent', responseMs: null }
}

/**
 * Pages of the portal and the two routes that lead further; these are never opened beyond this question: the handshake of
 * `/socket.io` is refused without its parameters, and `/vncproxy` is asked for a port that leads nowhere.
 */
export async function lookAtRoutes(http: PortalSender, portal: PortalProfile): Promise<PortalRoute[]> {
  const origin = originOf(portal)
  // In turn, over one connection: a time is the page's, and not that of a handshake or of a crowd.
  const answers: (PortalAnswer | null)[] = []
  for (const path of [unknownPath, '/socket.io/', openProxyPath, ...portalPages.map((page) => `${page}/`)])
    answers.push(await ask(http, origin + path))
  const [unknown = null, socketIo = null, proxy = null, ...pages] = answers
  const isRouted = proxy !== null && unknown !== null && isOpenProxy(proxy, unknown)
  return [
    ...portalPages.map((path, index) => routeOf(path, pages[index] ?? null, unknown, isOwnPage)),
    routeOf('/socket.io', socketIo, unknown, isSocketIo),
    { path: '/vncproxy', state: isRouted ? 'there' : 'absent', responseMs: isRouted ? proxy.ms : null },
  ]
}
