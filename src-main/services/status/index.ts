/**
 * The panels: what is watched of a site, where it comes from, and how old it is.
 * A source that fails says so in its own panel.
 */
export { StatusService } from './service.ts'
export type { Pace } from './site-watch.ts'
