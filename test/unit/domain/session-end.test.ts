import { describe, expect, test } from 'vitest'
import {
  mostLooks,
  nextEndStep,
  nothingDone,
  type EndProgress,
  type JobSight,
} from '../../../src-main/domain/session-end.ts'

const sources = ['not-asked', 'ended', 'unknown', 'failed'] as const
const own: JobSight = { kind: 'alive', own: true }
const others: JobSight = { kind: 'alive', own: false }
const after = (change: Partial<EndProgress>): EndProgress => ({ ...nothingDone, ...change })

describe('the next step of an end', () => {
  test.each(sources)('Slurm says that it is over: it is, whatever the portal said (%s)', (source) =>
    expect(nextEndStep({ kind: 'over' }, after({ source }))).toBe('over'),
  )

  test.each(sources)('while Slurm is silent nothing is reported, and nothing is over (%s)', (source) =>
    expect(nextEndStep({ kind: 'silent' }, after({ source }))).toBe('later'),
  )

  test.each([own, others])('a job that runs: the portal first (%j)', (sight) =>
    expect(nextEndStep(sight, nothingDone)).toBe('ask-source'),
  )

  test.each(['ended', 'unknown', 'failed'] as const)(
    'the portal said “%s” and the job runs on: cancelled where it is the user’s own, once',
    (source) => {
      expect(nextEndStep(own, after({ source }))).toBe('cancel')
      expect(nextEndStep(own, after({ source, cancelled: true }))).toBe('look')
      expect(nextEndStep(others, after({ source }))).toBe('look')
    },
  )

  test('one on its way out may be on its way back into the queue: it is over once something has ended it', () => {
    const mine: JobSight = { kind: 'completing', own: true }
    const portals: JobSight = { kind: 'completing', own: false }
    for (const sight of [mine, portals]) {
      expect(nextEndStep(sight, nothingDone)).toBe('ask-source')
      expect(nextEndStep(sight, after({ source: 'ended' }))).toBe('over')
    }
    expect(nextEndStep(mine, after({ source: 'unknown' }))).toBe('cancel')
    expect(nextEndStep(mine, after({ source: 'unknown', cancelled: true }))).toBe('over')
    expect(nextEndStep(portals, after({ source: 'failed' }))).toBe('look')
    expect(nextEndStep(portals, after({ source: 'failed', looks: mostLooks }))).toBe('later')
  })

  test.each([own, others])('one that stays is tried again later (%j)', (sight) => {
    const done = after({ source: 'ended', cancelled: true, looks: mostLooks })
    expect(nextEndStep(sight, done)).toBe('later')
  })

  test('where no login can be asked, the portal’s word is all that there is', () => {
    const blind: JobSight = { kind: 'blind' }
    expect(nextEndStep(blind, nothingDone)).toBe('ask-source')
    expect(nextEndStep(blind, after({ source: 'ended' }))).toBe('over')
    for (const source of ['unknown', 'failed'] as const)
      expect(nextEndStep(blind, after({ source }))).toBe('later')
  })
})
