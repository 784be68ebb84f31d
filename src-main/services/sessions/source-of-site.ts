/** Which source a site's sessions come from. */
import type { SiteAuth } from '../auth/site-registry.ts'
import { BatchSide, type BatchSideOptions } from './batch-source.ts'
import { PortalSide } from './portal-source.ts'
import type { SessionSource } from './source.ts'

export function sourceOf(
  site: SiteAuth,
  cluster: BatchSideOptions['cluster'],
  { identity, now }: Pick<BatchSideOptions, 'identity' | 'now'>,
): SessionSource {
  const { jobTemplate: template, profile } = site.loaded
  if (template !== null) return new BatchSide({ cluster, slurm: profile.slurm, template, identity, now })
  if (site.kind === 'portal') return new PortalSide(site)
  throw new Error('a site without a portal has a job template')
}
