/** The portal's services and pages, asked from here with one GET each: which answers, and how fast. Nothing is opened. */
import { z } from 'zod'
import { portalPages, type PortalRoute, type ServiceHealth } from '../../shared/model/status.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import { basesOf, originOf, type PortalService } from './service-bases.ts'
import type { PortalAnswer, PortalHttp } from './http.ts'

interface Service {
  name: string
  service: PortalService
  probe: string
  /** The service's own answer. */
  fits(answer: PortalAnswer): boolean
}

const shaped =
  (shape: z.ZodType) =>
  ({ status, json }: PortalAnswer): boolean =>
    status === 200 && shape.safeParse(json).success

const services: Service[] = [
  {
    name: 'Sign-in',
    service: 'auth',
    probe: '/info',
    fits: shaped(z.object({ sso_enabled: z.boolean() })),
  },
  {
    name: 'Dashboard',
    service: 'dashboard',
    probe: '/health',
    fits: shaped(z.object({ status: z.string(), mode: z.string() })),
  },
  {
    name: 'Sessions',
    service: 'moonlight',
    // Not /health: in one of the forms it is routed while the API is not.
    probe: '/images',
    fits: shaped(z.object({ images: z.array(z.unknown()) })),
  },
  {
    name: 'CAE',
    service: 'cae',
    probe: '/app/health',
    fits: shaped(z.object({ status: z.string(), service: z.string() })),
  },
  {
    name: 'CAE automation',
    service: 'caeAutomation',
    probe: '/health',
    fits: ({ json }) => json !== null,
  },
  {
    name: 'Messages',
    service: 'webSocket',
    probe: '',
    // Without an upgrade the service refuses the request itself.
    fits: ({ status }) => status === 400 || status === 426,
  },
]

const deadlineMs = 8000
const failing = (status: number): boolean => status >= 502 && status <= 504

async function look(http: PortalHttp, portal: PortalProfile, service: Service): Promise<ServiceHealth> {
  const result = (status: ServiceHealth['status'], responseMs: number | null, detail: string | null) => ({
    name: service.name,
    status,
    responseMs,
    detail,
    constant: false,
  })
  let seen: PortalAnswer | null = null
  for (const base of basesOf(portal, service.service)) {
    const answer = await http.send(base + service.probe, { deadlineMs }).catch(() => null)
    if (answer && service.fits(answer)) return result('healthy', answer.ms, null)
    // A gateway's error says more than "no such page" at another base.
    if (answer && (seen === null || failing(answer.status))) seen = answer
  }
  if (seen === null) return result('down', null, 'no answer')
  if (failing(seen.status)) return result('down', null, `the web server answers ${seen.status}`)
  if (seen.status === 404 || seen.json === null) return result('unknown', null, 'no route leads to it')
  return result('warning', seen.ms, `it answers ${seen.status}`)
}

/** All services that can be reached by HTTP, in a fixed order. */
export function lookAtServices(http: PortalHttp, portal: PortalProfile): Promise<ServiceHealth[]> {
  return Promise.all(services.map((service) => look(http, portal, service)))
}

/** A static page, or a route whose own service speaks another protocol. */
async function lookAtRoute(
  http: PortalHttp,
  origin: string,
  path: string,
  probe: string,
): Promise<PortalRoute> {
  const answer = await http.send(origin + probe, { deadlineMs }).catch(() => null)
  const state =
    answer === null || failing(answer.status) ? 'failing' : answer.status === 404 ? 'absent' : 'there'
  return { path, state, responseMs: state === 'there' ? (answer?.ms ?? null) : null }
}

/**
 * `/vncproxy` leads to any port of the portal's host: it is asked for port 0, which leads nowhere, so that a web server
 * that has the route fails by itself; one that has not answers as for a path that nobody knows.
 */
async function lookAtOpenProxy(http: PortalHttp, origin: string): Promise<PortalRoute> {
  const [probe, other] = await Promise.all(
    ['/vncproxy/0/', '/no-such-route/0/'].map((path) =>
      http.send(origin + path, { deadlineMs }).catch(() => null),
    ),
  )
  const there = probe && other && probe.status >= 400 && probe.status !== 404 && probe.status !== other.status
  return { path: '/vncproxy', state: there ? 'there' : 'absent', responseMs: there ? probe.ms : null }
}

/** Pages of the portal and the two routes that lead further; these are never opened beyond this question. */
export async function lookAtRoutes(http: PortalHttp, portal: PortalProfile): Promise<PortalRoute[]> {
  const origin = originOf(portal)
  return Promise.all([
    ...portalPages.map((path) => lookAtRoute(http, origin, path, `${path}/`)),
    // Without its parameters the handshake is refused: no connection begins.
    lookAtRoute(http, origin, '/socket.io', '/socket.io/'),
    lookAtOpenProxy(http, origin),
  ])
}
