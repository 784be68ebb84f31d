/** What the catalogue says of one finding. */
import type { CheckSection } from '../../shared/model/site-check.ts'

export interface CatalogueEntry {
  section: CheckSection
  /** The state that passes. */
  title: string
  /** What it means for users where it does not. */
  meaning: string
  /** What an administrator changes then. */
  change: string
}
