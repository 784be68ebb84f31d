/** What the command line prints of a desktop's state. */
import { expect, test } from 'vitest'
import { reportOf, stateText } from '../../../src-main/cli/output.ts'
import { desktopState, type StreamFacts } from '../../../src-main/shared/model/desktop.ts'

test('states are printed in words, and each has its own', () => {
  const states = desktopState.options.filter((state) => state !== 'idle')
  const words = states.map(stateText)
  expect(new Set(words).size).toBe(states.length)
  for (const line of words) expect(line).toMatch(/^[A-Z][a-z]+( [a-z]+)*$/)
  expect(stateText('idle')).toBeNull()
})

test('F8: pictures that the relay dropped are in the report, once', () => {
  const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 3000 }
  const count = (byStream: number, byRelay: number): number => {
    const facts = {
      framesReceived: 90,
      framesDropped: byStream,
      codec: 'H.264',
      bitrateKbps: 900,
    } as StreamFacts
    const rest = { video, facts, firstFrameMs: 1, link: 'ssh', failure: null } as const
    return reportOf({ ...rest, steps: [], droppedByRelay: byRelay }).framesDropped
  }
  // The stream misses them as soon as a later one has come.
  expect(count(2, 287)).toBe(287)
  expect(count(289, 287)).toBe(289)
})
