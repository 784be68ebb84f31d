/** Finds the base URLs of the portal's services: the four nginx forms put them at different paths. */
import { z } from 'zod'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { PortalHttp } from './http.ts'

export interface PortalBases {
  auth: string
  /** Null when no route leads to the Moonlight API. */
  moonlight: string | null
  dashboard: string | null
}

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

/** Explicit URLs of the profile win; the rest is probed without credentials. */
export async function probeBases(http: PortalHttp, portal: SiteProfile['portal']): Promise<PortalBases> {
  const origin = portal.origin.replace(/\/+$/, '')
  const trim = (url: string): string => url.replace(/\/+$/, '')
  const moonlight = portal.moonlightUrl
    ? trim(portal.moonlightUrl)
    : await firstBase(http, [{ base: `${origin}/api/moonlight`, probe: '/images' }], imagesShape)
  const dashboard = portal.dashboardUrl
    ? trim(portal.dashboardUrl)
    : await firstBase(
        http,
        [
          { base: `${origin}/api`, probe: '/health' },
          { base: `${origin}/api/api`, probe: '/health' },
          { base: `${origin}/dashboardapi`, probe: '/health' },
        ],
        healthShape,
      )
  return { auth: portal.authUrl ? trim(portal.authUrl) : `${origin}/auth`, moonlight, dashboard }
}
