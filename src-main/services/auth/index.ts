/**
 * Portal sessions: signing in, tokens and their life, and the registry of sites with their portal.
 * Requests of a signed-in user belong to the service that sends them.
 */
export type { Lease } from './auth-service.ts'
export type { Interaction, SignInRequest } from './interaction.ts'
export { KeptHttp } from './kept-http.ts'
export { PortalAccess } from './portal-access.ts'
export { PortalDashboard } from './portal-dashboard.ts'
export { SiteRegistry, type PortalSite, type SiteAuth, type Sites } from './site-registry.ts'
