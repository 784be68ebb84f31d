/** A stall of the link process drops whole frames at the node; then a key frame brings the picture back. */
import { vi } from 'vitest'
import type { HostThroughLink } from './host-through-link.ts'
import type { RunningHost } from '../../support/running-host.ts'
import { arrived, type WatchedStream } from '../../support/watched-stream.ts'

/** Pauses the link process while the host sends on. Fails where no frame is dropped or no key frame ends the gap. */
export async function survivesStall(
  { host }: Pick<RunningHost, 'host'>,
  through: HostThroughLink,
  stream: WatchedStream,
): Promise<void> {
  await arrived(stream, 10)
  const { pid } = through.link.child
  const sentBefore = host.statistics.framesSent
  const droppedBefore = (await through.facts()).droppedFrames
  process.kill(pid, 'SIGSTOP')
  try {
    await vi.waitUntil(() => host.statistics.framesSent > sentBefore + 110, {
      timeout: 30_000,
      message: 'the host sends on',
    })
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  const from = stream.frames.length
  await vi.waitUntil(async () => (await through.facts()).droppedFrames > droppedBefore, {
    timeout: 30_000,
    message: 'frames were dropped',
  })
  await vi.waitUntil(
    () => {
      // The frame before the stall is among them: the gap may begin right after it.
      const later = stream.frames.slice(from - 1)
      const gap = later.findIndex(
        ({ number }, index) => index > 0 && number !== (later[index - 1]?.number ?? 0) + 1,
      )
      return gap >= 0 && later[gap]?.keyFrame
    },
    { timeout: 30_000, message: 'a key frame after the gap' },
  )
  await arrived(stream, stream.frames.length + 20)
}
