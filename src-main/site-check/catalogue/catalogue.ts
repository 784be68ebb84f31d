/** Every finding of the site check: its stable id, the state that passes, what it means otherwise, and what to change. */
import { clusterFindings } from './cluster.ts'
import type { CatalogueEntry } from './entry.ts'
import { portalFindings } from './portal.ts'

export const catalogue = { ...portalFindings, ...clusterFindings } as const satisfies Record<
  string,
  CatalogueEntry
>

export type FindingId = keyof typeof catalogue
export const findingIds = Object.keys(catalogue) as FindingId[]
