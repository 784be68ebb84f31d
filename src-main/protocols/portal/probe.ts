/** Finds the base URLs of the portal's services: the four nginx forms put them at different paths. */
import { z } from 'zod'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import { basesOf, namedBase, type PortalService } from './service-bases.ts'
import type { PortalSender } from './http.ts'

const imagesShape = z.object({ images: z.array(z.unknown()) })
const healthShape = z.object({ status: z.string(), mode: z.string() })

/** First base whose probe answers in the right shape; status codes above 499 count as "routed, but down". */
async function firstBase(
  http: PortalSender,
  candidates: { base: string; probe: string }[],
  shape: z.ZodType,
): Promise<string | null> {
  let down: string | null = null
  for (const { base, probe } of candidates) {
    const answer = await http.send(base + probe, { deadlineMs: 8000 })
    if (shape.safeParse(answer.json).success) return base
    if (answer.status >= 500) down ??= base
  }
  return down
}

/** The auth portal is at one place in all forms. */
export const authBase = (portal: PortalProfile): string => basesOf(portal, 'auth')[0]

/** The profile's base; else the first that answers as the service does, probed without credentials; null: no route leads there. */
async function baseOf(
  http: PortalSender,
  portal: PortalProfile,
  service: PortalService,
  probe: string,
  shape: z.ZodType,
): Promise<string | null> {
  const candidates = basesOf(portal, service).map((base) => ({ base, probe }))
  return namedBase(portal, service) ?? firstBase(http, candidates, shape)
}

/** Base of the Moonlight API, null when no route leads to it. */
export const probeMoonlight = (http: PortalSender, portal: PortalProfile): Promise<string | null> =>
  // Not /health: in one of the forms it is routed while the API is not.
  baseOf(http, portal, 'moonlight', '/images', imagesShape)

export const usualDashboard = (portal: PortalProfile): string => basesOf(portal, 'dashboard')[0]

/** Base of the dashboard's API, likewise. */
export const probeDashboard = (http: PortalSender, portal: PortalProfile): Promise<string | null> =>
  baseOf(http, portal, 'dashboard', '/health', healthShape)
