/** Something that listens on the inner address, and on the outer one too while it is public. */
import { inside, outside } from './addresses.ts'

export interface Listening {
  /** Stops listening (nginx then answers 502) or listens again. */
  setRunning(running: boolean): Promise<void>
  /** Listens on the outer address too, at the same port, or no longer. */
  setPublic(open: boolean): Promise<void>
}

/** @param start listens on an address, and gives what ends that */
export async function startListening(
  start: (host: string) => Promise<() => Promise<unknown>>,
): Promise<Listening> {
  const ends = new Map<string, () => Promise<unknown>>([[inside, await start(inside)]])
  const wanted = { running: true, open: false }
  const settle = async (): Promise<void> => {
    for (const host of [inside, outside]) {
      const should = wanted.running && (host === inside || wanted.open)
      const end = ends.get(host)
      if (should && !end) ends.set(host, await start(host))
      else if (!should && end) {
        ends.delete(host)
        await end()
      }
    }
  }
  return {
    setRunning(running) {
      wanted.running = running
      return settle()
    },
    setPublic(open) {
      wanted.open = open
      return settle()
    },
  }
}
