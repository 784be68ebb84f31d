/**
 * The site check: looks at a site (`gather`), judges what was seen (`rules`) and words it (`catalogue`).
 * It needs no session, and nothing below the app needs it.
 */
export { checkSite } from './check.ts'
export { SiteCheckService } from './service.ts'
