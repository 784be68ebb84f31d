/** A stream of the addon in this process, and what it reported. */
import { expect, vi } from 'vitest'
import { loadNative, type StreamSession, type StreamStart } from '../../src-main/protocols/native.ts'
import { decodeHeader, flagKeyFrame, messageType } from '../../src-main/shared/stream-port.ts'

export interface WatchedStream {
  session: StreamSession
  frames: { number: number; keyFrame: boolean }[]
  terminated: () => boolean
  /** Codes of the library's judgement of the network, in order. */
  quality: number[]
}

/** Starts one, which must succeed; the caller stops its session. */
export async function watchStream(options: StreamStart): Promise<WatchedStream> {
  const frames: WatchedStream['frames'] = []
  const quality: number[] = []
  let over = false
  const session = new (loadNative().StreamSession)({
    onEvent(event) {
      if (event.type === 'terminated') over = true
      if (event.type === 'quality') quality.push(event.code)
    },
    onMessage(bytes) {
      const header = decodeHeader(bytes)
      if (typeof header === 'string') throw new Error(header)
      if (header.type === messageType.video)
        frames.push({ number: header.frameNumber, keyFrame: (header.flags & flagKeyFrame) !== 0 })
    },
  })
  expect(await session.start(options)).toBe(0)
  return { session, frames, terminated: () => over, quality }
}

/** Waits until a stream has so many frames; rejects when it ends. */
export const arrived = (stream: WatchedStream, count: number): Promise<true> =>
  vi.waitUntil(
    () => {
      if (stream.terminated()) throw new Error('the stream ended')
      return stream.frames.length >= count
    },
    { timeout: 30_000, message: `${count} frames` },
  )

/** Numbers of the frames, and what they would be if none were missing. */
export function frameNumbers({ frames }: WatchedStream): { seen: number[]; unbroken: number[] } {
  const seen = frames.map(({ number }) => number)
  return { seen, unbroken: seen.map((_, index) => (seen[0] ?? 0) + index) }
}
