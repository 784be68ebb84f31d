/** Waiting for what no event tells. */
import { setTimeout as delay } from 'node:timers/promises'

/** Looks again and again until `look` gives something else than null; fails after `limitMs`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  limitMs = 30_000,
  everyMs = 50,
): Promise<T> {
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(everyMs)) {
    const seen = await look()
    if (seen !== null) return seen
  }
  throw new Error(`${what}: not within ${limitMs / 1000} s`)
}
