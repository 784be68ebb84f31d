/** Every finding of the site check: its stable id, the state that passes, what it means otherwise, and what to change. */
import { clusterFindings } from './catalogue-cluster.ts'
import type { CatalogueEntry } from './catalogue-entry.ts'
import { portalFindings } from './catalogue-portal.ts'

export const catalogue = { ...portalFindings, ...clusterFindings } as const satisfies Record<
  string,
  CatalogueEntry
>

export type FindingId = keyof typeof catalogue
export const findingIds = Object.keys(catalogue) as FindingId[]
