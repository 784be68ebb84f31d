/**
 * Sessions and their jobs: asking for one, finding it again, following its job, and its end.
 * A session ends when Slurm says so, however it was asked for.
 */
export { GivesWay, SessionClaim, type SessionWish } from './claim.ts'
export { EndingRetries } from './ending-retries.ts'
export {
  completing,
  gaveUp,
  linkLost,
  notPlaced,
  sessionGone,
  withEvidence,
  withRemainingJob,
} from './failures.ts'
export { SessionJob } from './job.ts'
export { KeptLogins } from './kept-logins.ts'
export type { SessionMemory } from './memory.ts'
export { PortalSource, type SignInSite, toSession } from './portal-source.ts'
export { namesSamePort } from './same-port.ts'
export { SessionService, type SessionsOf } from './service.ts'
export { SessionRegistry, type SiteSessions } from './site-sessions.ts'
export { sourceOf } from './source-of-site.ts'
export type { NewSession, SessionRecord, SessionSource } from './source.ts'
