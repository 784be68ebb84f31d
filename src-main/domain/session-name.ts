/** What people call one of several sessions: the site, and the node or, before there is one, the job. */
import type { Session } from '../shared/model/desktop.ts'
import { asText, type Saying } from '../shared/texts/index.ts'

export function nameSession(site: string, session: Pick<Session, 'node' | 'jobId'> | null): Saying {
  if (session?.node) return asText('desktop.news.at', { site, node: session.node })
  return session?.jobId ? asText('desktop.news.job', { site, job: session.jobId }) : site
}
