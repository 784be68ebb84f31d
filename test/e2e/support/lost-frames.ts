import type { WholeClient } from './whole-client.ts'

/** Frames of the stream that were dropped since it began, on the way or before the page. */
export function droppedFrames({ client }: Pick<WholeClient, 'client'>): number {
  const { stream, link } = client.snapshot() ?? {}
  return (stream?.framesDropped ?? 0) + (link?.droppedFrames ?? 0)
}

/**
 * Frames lost in each of up to three attempts at `work`; the last one says 0 where one of them lost none. A machine that
 * stands still for longer than the frames under way last makes a gap, whatever the client does; a client that loses frames
 * loses them every time.
 */
export async function lostFrames(
  here: Pick<WholeClient, 'client'>,
  work: (attempt: number) => Promise<void>,
): Promise<number[]> {
  const lost: number[] = []
  while (lost.length < 3 && lost.at(-1) !== 0) {
    const before = droppedFrames(here)
    await work(lost.length)
    lost.push(droppedFrames(here) - before)
  }
  return lost
}
