/** Finds the base URLs of the portal's services: the four nginx forms put them at different paths. */
import { z } from 'zod'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { PortalHttp } from './http.ts'

const imagesShape = z.object({ images: z.array(z.unknown()) })
const healthShape = z.object({ status: z.string(), mode: z.string() })

/** First base whose probe answers in the right shape; status codes above 499 count as "routed, but down". */
async function firstBase(
  http: PortalHttp,
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

const trim = (url: string): string => url.replace(/\/+$/, '')

/** The auth portal is at one place in all forms. */
export const authBase = ({ authUrl, origin }: PortalProfile): string =>
  trim(authUrl ?? `${trim(origin)}/auth`)

/** Base of the Moonlight API, null when no route leads to it. The profile's URL wins; else probed without credentials. */
export async function probeMoonlight(http: PortalHttp, portal: PortalProfile): Promise<string | null> {
  if (portal.moonlightUrl) return trim(portal.moonlightUrl)
  // Not /health: in one of the forms it is routed while the API is not.
  return firstBase(http, [{ base: `${trim(portal.origin)}/api/moonlight`, probe: '/images' }], imagesShape)
}

/** Where the dashboard's API is looked for, the usual place first. */
const dashboardPaths = ['/api', '/api/api', '/dashboardapi']

export const usualDashboard = ({ origin }: PortalProfile): string => `${trim(origin)}${dashboardPaths[0]}`

/** Base of the dashboard's API, likewise. */
export async function probeDashboard(http: PortalHttp, portal: PortalProfile): Promise<string | null> {
  if (portal.dashboardUrl) return trim(portal.dashboardUrl)
  const bases = dashboardPaths.map((path) => trim(portal.origin) + path)
  return firstBase(
    http,
    bases.map((base) => ({ base, probe: '/health' })),
    healthShape,
  )
}
