/** Checks events on their way to the page. One that does not fit is a fault of ours: it is logged here, and shown by the page. */
import type { z } from 'zod'
import type { Logger } from '../ports/platform.ts'
import { messageEvidence } from '../shared/schema-issues.ts'

/** @returns logs an event that does not fit, each name once: a fault in a snapshot comes again with every one of them */
export function createEventCheck<N extends string>(
  events: Readonly<Record<N, z.ZodType>>,
  logger: Logger,
): (name: N, data: unknown) => void {
  const malformed = new Set<string>()
  return (name, data) => {
    if (malformed.has(name)) return
    const checked = events[name].safeParse(data)
    if (checked.success) return
    malformed.add(name)
    logger.log('error', 'event.malformed', { issues: messageEvidence(name, checked.error) })
  }
}
