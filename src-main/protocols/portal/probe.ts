/** Finds the base URLs of the portal's services: the four nginx forms put them at different paths. */
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { PortalSender } from './http.ts'
import {
  isGatewayError,
  moonlightDescription,
  serviceProbes,
  serviceShapes,
  unknownPath,
} from './route-answers.ts'
import { basesOf, namedBase, originOf } from './service-bases.ts'
import { fail, knownFacts, toFailure } from '../../shared/errors.ts'

const deadlineMs = 8000

/**
 * The profile's base; else the first that answers in the service's shape, probed without credentials; null: no route leads there.
 */
async function probe(
  http: PortalSender,
  portal: PortalProfile,
  service: 'moonlight' | 'dashboard',
): Promise<string | null> {
  const named = namedBase(portal, service)
  if (named !== null) return named
  let down: string | null = null
  for (const base of basesOf(portal, service)) {
    const answer = await http.send(base + serviceProbes[service].path, { deadlineMs })
    if (serviceShapes[service].safeParse(answer.json).success) return base
    if (service === 'moonlight' && answer.status === 404 && (await describesItself(http, base))) return base
    // Status codes above 499: routed, but down.
    if (answer.status >= 500) down ??= base
  }
  return down
}

/** A Moonlight backend from before there was a list of images. */
async function describesItself(http: PortalSender, base: string): Promise<boolean> {
  const { status, json } = await http.send(`${base}/`, { deadlineMs })
  return status === 200 && moonlightDescription.safeParse(json).success
}

/** The auth portal is at one place in all forms. */
export const authBase = (portal: PortalProfile): string => basesOf(portal, 'auth')[0]

export const usualDashboard = (portal: PortalProfile): string => basesOf(portal, 'dashboard')[0]

/** Base of the Moonlight API, null when no route leads to it. */
export const probeMoonlight = (http: PortalSender, portal: PortalProfile): Promise<string | null> =>
  probe(http, portal, 'moonlight')

/** Base of the dashboard's API, likewise. */
export const probeDashboard = (http: PortalSender, portal: PortalProfile): Promise<string | null> =>
  probe(http, portal, 'dashboard')

/**
 * A gateway's error may be what the web server answers to every path: then it says nothing of one service, but that none of them can
 * be reached.
 * @returns what to fail with in the place of `error`
 */
export async function withEveryPath(
  http: PortalSender,
  portal: PortalProfile,
  error: unknown,
): Promise<unknown> {
  if (knownFacts(error, 'portal-error', 'service-down') === null) return error
  const unknown = await http.send(originOf(portal) + unknownPath, { deadlineMs }).catch(() => null)
  if (unknown === null || !isGatewayError(unknown)) return error
  const { evidence } = toFailure(error)
  return fail('portal-error', 'every-path', { facts: { status: unknown.status }, evidence })
}
