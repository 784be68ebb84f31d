import type { Ending } from '../../src-main/shared/model/desktop.ts'

/** A list of sessions in which one is marked as being ended. */
export const withEnding = <T extends { id: string; ending?: Ending | undefined }>(
  list: readonly T[],
  sessionId: string,
  why: Ending['why'],
): T[] =>
  list.map((one) =>
    one.id === sessionId ? { ...one, ending: one.ending ?? { since: Date.now(), why } } : one,
  )
