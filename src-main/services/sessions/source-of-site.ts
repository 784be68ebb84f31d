/** Which source a site's sessions come from. */
import type { SiteAuth } from '../auth/index.ts'
import { BatchSource, type BatchSourceOptions } from './batch-source.ts'
import { PortalSource } from './portal-source.ts'
import type { SessionSource } from './source.ts'

export function sourceOf(
  site: SiteAuth,
  cluster: BatchSourceOptions['cluster'],
  { identity, now }: Pick<BatchSourceOptions, 'identity' | 'now'>,
): SessionSource {
  const { jobTemplate: template, profile } = site.loaded
  if (template !== null) return new BatchSource({ cluster, slurm: profile.slurm, template, identity, now })
  if (site.kind === 'portal') return new PortalSource(site)
  throw new Error('a site without a portal has a job template')
}
