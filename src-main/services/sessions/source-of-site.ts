/** Which source a site's sessions come from. */
import { fail } from '../../shared/errors.ts'
import type { SiteAuth } from '../auth/index.ts'
import { BatchSource, type BatchSourceOptions } from './batch-source.ts'
import type { DesktopKind } from '../../shared/model/desktop.ts'
import { PortalSource } from './portal-source.ts'
import type { SessionSource } from './source.ts'
import { VncSource } from './vnc-source.ts'

export interface SourceOptions extends Pick<BatchSourceOptions, 'cluster' | 'identity' | 'now'> {
  /** VNC sessions that this client has asked for in this run. */
  made: Set<string>
}

export function sourceOf(
  site: SiteAuth,
  kind: DesktopKind,
  { cluster, identity, now, made }: SourceOptions,
): SessionSource {
  if (kind === 'vnc') {
    if (site.kind === 'portal') return new VncSource(site, made)
    throw fail('bad-request', 'no-portal-for-vnc', { retryable: false })
  }
  const { jobTemplate: template, profile } = site.loaded
  if (template !== null) return new BatchSource({ cluster, slurm: profile.slurm, template, identity, now })
  if (site.kind === 'portal') return new PortalSource(site)
  throw new Error('a site without a portal has a job template')
}
