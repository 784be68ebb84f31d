/** The portal's services, each looked at through the web server. Nothing is sent but GET requests that need no login. */
import { z } from 'zod'
import type { AuthSight, DashboardSight, MoonlightSight, ServiceSight } from '../observations.ts'
import type { PortalAnswer, PortalSender } from '../../protocols/portal/http.ts'
import { imagesShape } from '../../protocols/portal/images.ts'
import {
  isOpenProxy,
  isOwnPage,
  isSocketIo,
  openProxyPath,
  serviceProbes,
  serviceShapes,
  unknownPath,
} from '../../protocols/portal/route-answers.ts'
import { basesOf, originOf, type PortalService } from '../../protocols/portal/service-bases.ts'
import { isPlainUser } from '../../shared/model/user-name.ts'
import { portalPages } from '../../shared/model/status.ts'
import type { Saying } from '../../shared/texts/index.ts'
import { asText } from '../../shared/texts/index.ts'
import { NotSeen } from './gather.ts'
import type { PortalLook } from './portal-look.ts'
import { findService, get, seenOf, type Found } from './service-sight.ts'

/** Tries the places of a service. Without an answer for a path that does not exist, those that are compared with it count. */
async function find({ http, portal }: PortalLook, service: PortalService): Promise<Found> {
  const unknown = await get(http, originOf(portal) + unknownPath).catch(() => null)
  return findService(http, basesOf(portal, service), serviceProbes[service], unknown)
}

/** Adds to what was seen of a service that it has no health check; whether it answers was seen by another path. */
async function withHealth({ http }: PortalLook, { sight, base }: Found): Promise<ServiceSight> {
  if (sight.state !== 'answers') return sight
  const url = `${base}/health`
  const health = await get(http, url).catch(() => null)
  if (health?.status === 200 && health.json !== null) return sight
  const { pathname: path } = new URL(url)
  return { ...sight, seen: asText('site-check-seen.noHealth', { seen: sight.seen, path }) }
}

/** The debugger's own style sheet shows that it is on; its console is not touched. */
async function hasDebugger({ http }: PortalLook, { sight }: Found): Promise<boolean> {
  if (sight.state !== 'answers') return false
  const style = await get(http, sight.url + debuggerFile).catch(() => null)
  return style?.status === 200 && style.json === null && /debugger|traceback/i.test(style.text)
}
const debuggerFile = '?__debugger__=yes&cmd=resource&f=style.css'

export async function lookAtAuthPortal(look: PortalLook): Promise<AuthSight> {
  const found = await find(look, 'auth')
  const info = serviceShapes.auth.safeParse(found.answer?.json).data
  return {
    ...(await withHealth(look, found)),
    info: info ? { ssoEnabled: info.sso_enabled, ssoType: info.sso_type } : null,
  }
}

const modeShape = z.object({ mode: z.string() })
const configShape = z.object({ sso_enabled: z.boolean() })
const terminalShape = z.object({ status: z.literal('healthy') })

export async function lookAtDashboard(look: PortalLook): Promise<DashboardSight> {
  const { http } = look
  const found = await find(look, 'dashboard')
  if (found.sight.state !== 'answers') {
    const nothing = { mode: null, nodesMode: null, ssoEnabled: null, prometheus: null }
    return { ...found.sight, ...nothing, terminal: false, debugger: false }
  }
  const ask = (path: string): Promise<PortalAnswer | null> => get(http, found.base + path).catch(() => null)
  const [config, nodes, prometheus, terminal, shows] = await Promise.all([
    ask('/auth/config'),
    ask('/nodes'),
    ask('/prometheus/health'),
    hasTerminal(look, found.base),
    hasDebugger(look, found),
  ])
  return {
    ...found.sight,
    mode: modeShape.safeParse(found.answer?.json).data?.mode ?? null,
    nodesMode: modeShape.safeParse(nodes?.json).data?.mode ?? null,
    ssoEnabled: configShape.safeParse(config?.json).data?.sso_enabled ?? null,
    prometheus:
      prometheus && (prometheus.status === 200 || prometheus.status === 503) && prometheus.json !== null
        ? { healthy: prometheus.status === 200, seen: seenOf(`${found.base}/prometheus/health`, prometheus) }
        : null,
    terminal,
    debugger: shows,
  }
}

/** Route and health only: no Socket.IO session is opened (a request without its parameters is refused). */
async function hasTerminal({ http, portal }: PortalLook, dashboard: string): Promise<boolean> {
  const origin = originOf(portal)
  const [health, route, unknown] = await Promise.all(
    [`${dashboard}/ssh/health`, `${origin}/socket.io/`, origin + unknownPath].map((url) =>
      get(http, url).catch(() => null),
    ),
  )
  const healthy = health?.status === 200 && terminalShape.safeParse(health.json).success
  return healthy && !!route && isSocketIo(route, unknown ?? null)
}

export async function lookAtCae(look: PortalLook): Promise<ServiceSight & { debugger: boolean }> {
  const found = await find(look, 'cae')
  return { ...(await withHealth(look, found)), debugger: await hasDebugger(look, found) }
}

export const lookAtCaeAutomation = async (look: PortalLook): Promise<ServiceSight> =>
  (await find(look, 'caeAutomation')).sight

/** A request without upgrade: the service refuses it (400 or 426) without opening anything. */
export const lookAtWebSocket = async (look: PortalLook): Promise<ServiceSight> =>
  (await find(look, 'webSocket')).sight

const sessionsShape = z.object({
  sessions: z.array(z.looseObject({ sunshine_port: z.unknown() }).nullable()),
})
const errorShape = z.object({ error: z.string() })

export async function lookAtMoonlight(look: PortalLook): Promise<MoonlightSight> {
  const { http, portal } = look
  const found = await find(look, 'moonlight')
  const images = imagesShape.safeParse(found.answer?.json).data?.images ?? []
  const image =
    images.find(({ id, ...other }) => (portal.imageId ? id === portal.imageId : other.default)) ?? null
  const mayList = found.sight.state === 'answers' && !look.isStranger
  const listed = mayList ? await lookAtSessions(http, found.base, portal.user) : null
  return { ...found.sight, image, sessions: null, redisFailure: null, ...listed }
}

/** More than the service has. */
const workers = 3
const hasSessions = (answer: PortalAnswer | null): boolean =>
  (sessionsShape.safeParse(answer?.json).data?.sessions.length ?? 0) > 0

/** Lists the sessions of the profile's own user, as the client does at every look at its list; never those of others. */
async function lookAtSessions(
  http: PortalSender,
  base: string,
  user: string | undefined,
): Promise<Pick<MoonlightSight, 'sessions' | 'redisFailure'> | null> {
  if (user === undefined || !isPlainUser(user)) return null
  let answer: PortalAnswer | null = null
  // Without Redis the service's workers keep a list each, and take turns.
  for (let tries = 0; tries < workers && !hasSessions(answer); tries++)
    answer = await get(http, `${base}/sessions`, { 'x-username': user }).catch(() => null)
  if (answer === null) return null
  const error = errorShape.safeParse(answer.json).data?.error
  if (answer.status >= 500 && error !== undefined && /redis|connect|auth/i.test(error))
    return { sessions: null, redisFailure: `GET /sessions: ${answer.status} ${error.slice(0, 200)}` }
  const sessions = sessionsShape.safeParse(answer.json).data?.sessions
  if (answer.status !== 200 || sessions === undefined) return null
  // Redis gives text only, and the service leaves the user's name out of what it gives.
  const inMemory = sessions.filter(
    (item) => typeof item?.sunshine_port === 'number' || item?.username !== undefined,
  )
  const words = asText('site-check-seen.sessions', {
    sessions: sessions.length,
    user,
    inMemory: inMemory.length,
  })
  return { sessions: { count: sessions.length, inMemory: inMemory.length, seen: words }, redisFailure: null }
}

export async function lookAtPages({ http, portal }: PortalLook): Promise<{ page: string; there: boolean }[]> {
  const origin = originOf(portal)
  const unknown = await get(http, origin + unknownPath)
  const pages = await Promise.all(
    portalPages.map(async (page) => ({
      page,
      there: isOwnPage(await get(http, `${origin}${page}/`), unknown),
    })),
  )
  // The first page may lead to another one, and be what every path gets.
  const { status } = await get(http, `${origin}/`)
  return [{ page: '/', there: status >= 200 && status < 400 }, ...pages]
}

/**
 * Whether the route to any port exists, without going through it: port 0 leads nowhere, so a web server that has the route
 * fails with an error of its own, and one that has not answers as for any other path.
 */
export async function lookAtOpenProxy({
  http,
  portal,
}: PortalLook): Promise<{ routed: boolean; seen: string }> {
  const origin = originOf(portal)
  const [probe, unknown] = await Promise.all([
    get(http, origin + openProxyPath),
    get(http, origin + unknownPath),
  ])
  return {
    routed: isOpenProxy(probe, unknown),
    seen: `GET ${openProxyPath}: ${probe.status}; GET ${unknownPath}: ${unknown.status}`,
  }
}

/** Whether the dashboard takes a user's token: one call that wants a login and only reads. */
export async function lookAtToken(
  look: PortalLook,
  token: string,
): Promise<{ accepted: boolean; seen: Saying }> {
  const { http } = look
  if (look.isStranger) throw new NotSeen(asText('site-check-reasons.strangerToken'))
  const found = await find(look, 'dashboard')
  const url = `${found.base}/vnc/images`
  const answer = await get(http, url, { authorization: `Bearer ${token}` })
  const seen = asText('site-check-seen.withToken', { path: new URL(url).pathname, status: answer.status })
  if (answer.status !== 200 && answer.status !== 401 && answer.status !== 403) throw new NotSeen(seen)
  return { accepted: answer.status !== 401, seen }
}
