/** Where the services of a portal lie: what the profile names, else where the forms of the web server's configuration lead. */
import type { PortalProfile } from '../../shared/model/site-profile.ts'

interface Place {
  /** The profile's own base; wins over `paths`. */
  own(portal: PortalProfile): string | undefined
  /** Paths of the forms, the usual one first. */
  paths: readonly [string, ...string[]]
}

const places = {
  auth: { own: ({ authUrl }) => authUrl, paths: ['/auth'] },
  dashboard: { own: ({ dashboardUrl }) => dashboardUrl, paths: ['/api', '/api/api', '/dashboardapi'] },
  moonlight: { own: ({ moonlightUrl }) => moonlightUrl, paths: ['/api/moonlight'] },
  cae: { own: ({ caeUrl }) => caeUrl, paths: ['/cae/api'] },
  caeAutomation: { own: () => undefined, paths: ['/cae/automation', '/cae-automation'] },
  webSocket: { own: ({ webSocketUrl }) => webSocketUrl?.replace(/^ws/, 'http'), paths: ['/ws'] },
} as const satisfies Record<string, Place>
export type PortalService = keyof typeof places

const ownPaths: readonly [RegExp, PortalService][] = [
  [/^\/auth\//, 'auth'],
  [/^\/(images|sessions)$/, 'moonlight'],
  [/^\/slurm\//, 'cae'],
]

/** Which of the services that the client asks for more than their health has this path. @param path below its base */
export const serviceOf = (path: string): PortalService =>
  ownPaths.find(([paths]) => paths.test(path))?.[1] ?? 'dashboard'

const trim = (url: string): string => url.replace(/\/+$/, '')

/** The portal's origin as the profile writes it, without a slash at its end. */
export const originOf = ({ origin }: Pick<PortalProfile, 'origin'>): string => trim(origin)

/** An address at the portal, which may itself lie below a path. @param path begins with a slash */
export const atPortal = (portal: Pick<PortalProfile, 'origin'>, path: string): string =>
  originOf(portal) + path

/** The base that the profile names, or null: it has to be looked for. */
export function namedBase(portal: PortalProfile, service: PortalService): string | null {
  const named = places[service].own(portal)
  return named === undefined ? null : trim(named)
}

/** Bases at which a service may be, without slashes at their ends: the profile's alone, else the usual one first. */
export function basesOf(portal: PortalProfile, service: PortalService): [string, ...string[]] {
  const named = namedBase(portal, service)
  if (named !== null) return [named]
  const [first, ...others] = places[service].paths.map((path) => originOf(portal) + path)
  return [first ?? '', ...others]
}
