/**
 * What `npm run test:long` has beyond `npm test`: tests that repeat a way with other values. A file that looks here belongs
 * to both runs, and is whole in the long one.
 */
import { test } from 'vitest'

/** Whether this is the long run. */
export const longRun = process.env.VIZLINK_LONG_RUN === '1'

/** A test of the long run alone. */
export function longTest(name: string, work: () => Promise<void>): void {
  if (longRun) test(name, work)
}

/** All values in the long run, else the first ones. */
export const fewOf = <T>(values: readonly T[], few: number): T[] =>
  values.slice(0, longRun ? values.length : few)
