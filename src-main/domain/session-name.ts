/** What people call one of several sessions: the site, and the node or, before there is one, the job. */
import type { Session } from '../shared/model/desktop.ts'

export function nameSession(siteName: string, session: Pick<Session, 'node' | 'jobId'> | null): string {
  const where = session?.node ?? (session?.jobId ? `job ${session.jobId}` : null)
  return where === null ? siteName : `${siteName}, ${where}`
}
