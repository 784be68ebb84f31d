import type { Logger } from '../../src-main/ports/platform.ts'

export interface CollectingLogger extends Logger {
  lines: { level: string; event: string; fields: Record<string, unknown> }[]
}

/** Keeps what is logged, for tests that look at it. */
export function collectingLogger(): CollectingLogger {
  const lines: CollectingLogger['lines'] = []
  return { lines, log: (level, event, fields = {}) => void lines.push({ level, event, fields }) }
}
