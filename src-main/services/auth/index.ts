/**
 * Portal sessions: signing in, tokens and their life, and the registry of sites with their portal.
 * What the portal is asked for once somebody is signed in belongs to the service that asks.
 */
export type { Lease } from './auth-service.ts'
export type { Interaction, SignInRequest } from './interaction.ts'
export { KeptHttp } from './kept-http.ts'
export { PortalAccess } from './portal-access.ts'
export { SiteRegistry, type PortalSite, type SiteAuth } from './site-registry.ts'
