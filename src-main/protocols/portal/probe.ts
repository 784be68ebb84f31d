/** Finds the base URLs of the portal's services: the four nginx forms put them at different paths. */
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { PortalAnswer, PortalSender } from './http.ts'
import { serviceProbes, serviceShapes, serviceStateOf, unknownPath } from './route-answers.ts'
import { basesOf, namedBase, originOf } from './service-bases.ts'

const deadlineMs = 8000

/**
 * The profile's base; else the first that answers in the service's shape, probed without credentials; null: no route leads there.
 */
async function baseOf(
  http: PortalSender,
  portal: PortalProfile,
  service: 'moonlight' | 'dashboard',
): Promise<string | null> {
  const named = namedBase(portal, service)
  if (named !== null) return named
  const ask = (url: string): Promise<PortalAnswer | null> => http.send(url, { deadlineMs }).catch(() => null)
  const probe = serviceProbes[service]
  let down: string | null = null
  for (const base of basesOf(portal, service)) {
    const answer = await http.send(base + probe.path, { deadlineMs })
    if (serviceShapes[service].safeParse(answer.json).success) return base
    // One from before there was a list of images.
    if (answer.status === 404 && probe.describes?.(await http.send(`${base}/`, { deadlineMs }))) return base
    if (answer.status < 500 || down !== null) continue
    // Routed, but down; unless the web server answers so for every path.
    const unknown = await ask(originOf(portal) + unknownPath)
    if ((await serviceStateOf(answer, { probe, base, unknown }, ask)) !== 'unclear') down = base
  }
  return down
}

/** The auth portal is at one place in all forms. */
export const authBase = (portal: PortalProfile): string => basesOf(portal, 'auth')[0]

export const usualDashboard = (portal: PortalProfile): string => basesOf(portal, 'dashboard')[0]

/** Base of the Moonlight API, null when no route leads to it. */
export const probeMoonlight = (http: PortalSender, portal: PortalProfile): Promise<string | null> =>
  baseOf(http, portal, 'moonlight')

/** Base of the dashboard's API, likewise. */
export const probeDashboard = (http: PortalSender, portal: PortalProfile): Promise<string | null> =>
  baseOf(http, portal, 'dashboard')
