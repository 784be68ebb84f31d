/** Down as soon as a line stays narrow, up again after a measurement, and calm otherwise: by hand, then on lines of any kind. */
import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LinePace, type HostPace, type LineMeasurement } from '../../../src-main/domain/line-pace.ts'
import type { LineFacts, VideoRequest } from '../../../src-main/shared/model/desktop.ts'
import { SimulatedLine } from './simulated-line.ts'

const asked: VideoRequest = { width: 1280, height: 720, fps: 30, bitrateKbps: 15_000 }
const empty = (carriedKbps: number): LineFacts => ({ narrow: false, carriedKbps, pathMs: 20, queueMs: 0 })
const full = (carriedKbps: number): LineFacts => ({ narrow: true, carriedKbps, pathMs: 20, queueMs: 150 })
const measured = (carriedKbps: number): LineMeasurement => ({ carriedKbps, atLeast: false })

/** All that the line carries is video. */
const look = (pace: LinePace, now: number, line: LineFacts, host: HostPace = 'resume') =>
  pace.look(now, line, line.carriedKbps, host)

/** Looks every half second from `from` on. @returns the first step, and when */
function lookUntil(pace: LinePace, from: number, to: number, line: LineFacts, host: HostPace = 'resume') {
  for (let now = from; now <= to; now += 500) {
    const step = look(pace, now, line, host)
    if (step) return { step, now }
  }
  return null
}

describe('at the start', () => {
  test.each([
    ['nothing measured', null, 15_000],
    ['a line that is faster than what was sent', { carriedKbps: 8000, atLeast: true }, 15_000],
    ['a line that took little, but all of it', { carriedKbps: 3000, atLeast: true }, 6000],
    ['a line that is wide', measured(30_000), 15_000],
    ['a line of 10 Mbit/s', measured(10_000), 8000],
    ['a line of 2 Mbit/s', measured(2000), 1600],
    ['a line of hardly anything', measured(90), 500],
  ])('%s', (_what, line, kbps) => {
    expect(new LinePace(asked, line).video).toMatchObject({ bitrateKbps: kbps })
  })

  test('what the line was measured to carry is kept only where less was chosen for it', () => {
    expect(new LinePace(asked, measured(2000)).lineKbps).toBe(2000)
    expect(new LinePace(asked, measured(40_000)).lineKbps).toBeNull()
  })

  test('after a loss the last rate holds where the line cannot be measured', () => {
    const before = { ...asked, bitrateKbps: 2000 }
    expect(new LinePace(asked, null, before).video).toEqual(before)
    expect(new LinePace(asked, measured(9000), before).video).toMatchObject({ bitrateKbps: 7200 })
  })
})

describe('down', () => {
  test('a line that is narrow for half a second: what fits is asked for', () => {
    const pace = new LinePace(asked, null)
    expect(look(pace, 0, full(5000))).toBeNull()
    expect(look(pace, 500, full(5000))).toEqual({
      kind: 'ask',
      video: { ...asked, bitrateKbps: 4000 },
      by: 'resume',
    })
  })

  test('a line that is narrow for less is not followed', () => {
    const pace = new LinePace(asked, null)
    look(pace, 0, full(5000), 'resume')
    look(pace, 500, empty(5000), 'resume')
    expect(look(pace, 1000, full(5000), 'resume')).toBeNull()
  })

  test('a rate that fits stays; a line that is narrow all the same for 5 s is sent less', () => {
    const pace = new LinePace(asked, measured(5000))
    expect(lookUntil(pace, 0, 4500, full(5000))).toBeNull()
    expect(look(pace, 5000, full(5000), 'resume')).toMatchObject({ video: { bitrateKbps: 3000 } })
  })

  test('bursts that the line has taken a moment later are no reason to send less', () => {
    const pace = new LinePace(asked, measured(5000))
    for (let now = 0; now <= 60_000; now += 500)
      expect(look(pace, now, now % 2000 === 0 ? full(5000) : { ...full(5000), queueMs: 20 })).toBeNull()
  })

  test('a resume is asked for once in 10 s, and not for a trifle; a live change more often', () => {
    const first = { ...asked, bitrateKbps: 4000 }
    for (const [host, after] of [
      ['resume', 10_000],
      ['live', 2000],
    ] as const) {
      const pace = new LinePace(asked, null)
      pace.changed(0, first, host)
      expect(lookUntil(pace, 1000, 20_000, full(2000), host)?.now).toBe(after)
    }
    const pace = new LinePace(asked, measured(5000))
    expect(lookUntil(pace, 0, 4500, full(4200), 'resume')).toBeNull()
    expect(lookUntil(new LinePace(asked, measured(5000)), 0, 4500, full(4200), 'live')).not.toBeNull()
  })

  test('what a host refuses to do live is resumed, unless it is a trifle', () => {
    const pace = new LinePace(asked, null)
    const to = (bitrateKbps: number) => pace.refused(1000, { ...asked, bitrateKbps })
    expect(to(13_000)).toBeNull()
    expect(to(10_000)).toMatchObject({ kind: 'ask', by: 'resume', video: { bitrateKbps: 10_000 } })
  })

  test('not below 500 kbit/s', () => {
    const pace = new LinePace(asked, measured(100))
    expect(pace.video.bitrateKbps).toBe(500)
    expect(lookUntil(pace, 0, 30_000, full(100))).toBeNull()
  })

  test('fewer pictures need a resume: until one may come a live host gets another rate alone', () => {
    const large = { ...asked, width: 1920, height: 1080 }
    const pace = new LinePace(large, null)
    pace.changed(0, { ...large, bitrateKbps: 4000 }, 'resume')
    const taken: string[] = []
    for (let now = 1000; now <= 20_000; now += 500) {
      const step = look(pace, now, full(1000), 'live')
      if (step?.kind !== 'ask') continue
      const { fps, bitrateKbps } = step.video
      taken.push(`${now} ${step.by} ${fps} ${bitrateKbps}`)
      pace.changed(now, step.video, step.by)
    }
    expect(taken).toEqual(['2000 live 30 800', '8000 live 30 600', '14000 resume 10 500'])
  })
})

describe('up', () => {
  /** One that was lowered to 1.6 Mbit/s at 0. */
  const lowered = (): LinePace => {
    const pace = new LinePace(asked, null)
    pace.changed(0, { ...asked, bitrateKbps: 1600 }, 'resume')
    return pace
  }

  test('a quiet line is measured, and what it carries now is asked for', () => {
    const pace = lowered()
    expect(lookUntil(pace, 1000, 20_000, empty(1000))).toEqual({ now: 9000, step: { kind: 'measure' } })
    expect(pace.measured(11_400, measured(10_000), 'resume')).toEqual({
      kind: 'ask',
      video: { ...asked, bitrateKbps: 8000 },
      by: 'resume',
    })
  })

  test('what has come through since is asked for without a measurement, unless it was too much a moment ago', () => {
    const pace = lowered()
    expect(lookUntil(pace, 1000, 20_000, empty(5000))).toMatchObject({
      now: 10_000,
      step: { kind: 'ask', video: { bitrateKbps: 4000 }, by: 'resume' },
    })
    const other = lowered()
    other.changed(0, { ...asked, bitrateKbps: 4000 }, 'live')
    look(other, 1000, full(2000), 'live')
    look(other, 1500, full(2000), 'live')
    other.changed(2000, { ...asked, bitrateKbps: 1600 }, 'live')
    expect(lookUntil(other, 3000, 60_000, empty(5000), 'live')).toMatchObject({
      now: 9000,
      step: { kind: 'ask' },
    })
  })

  test('nothing above what the user asked for', () => {
    const pace = lowered()
    lookUntil(pace, 1000, 20_000, empty(1000))
    expect(pace.measured(11_400, measured(90_000), 'live')).toMatchObject({ video: asked })
  })

  test('measurements in vain come at growing intervals, 8 s at most', () => {
    const pace = lowered()
    const at: number[] = []
    for (let now = 1000; now < 70_000; now += 500) {
      if (look(pace, now, empty(1000), 'resume')?.kind !== 'measure') continue
      at.push(now)
      expect(pace.measured(now, measured(2000), 'resume')).toBeNull()
    }
    expect(at).toEqual([9000, 17_000, 25_000, 33_000, 41_000, 49_000, 57_000, 65_000])
  })

  test('what a measurement in vain has shown all the same is asked for at once: the line is narrow by it alone', () => {
    const pace = lowered()
    lookUntil(pace, 1000, 20_000, empty(1000))
    expect(pace.measured(10_000, measured(1500), 'resume')).toBeNull()
    const shown = { ...full(6000), queueMs: 5 }
    expect(look(pace, 10_500, shown)).toMatchObject({ kind: 'ask', video: { bitrateKbps: 4800 } })
  })

  test('a still page proves nothing', () => {
    expect(lookUntil(lowered(), 1000, 120_000, empty(200))).toBeNull()
  })

  test('a rate that proves too much is taken back, and the next attempt comes later', () => {
    const pace = lowered()
    lookUntil(pace, 1000, 20_000, empty(1000), 'live')
    const up = pace.measured(5000, measured(10_000), 'live')
    expect(up).toMatchObject({ video: { bitrateKbps: 8000 } })
    pace.changed(5000, { ...asked, bitrateKbps: 8000 }, 'live')
    const down = lookUntil(pace, 6000, 20_000, full(2000), 'live')
    expect(down).toMatchObject({ now: 7000, step: { video: { bitrateKbps: 1600 } } })
    pace.changed(7000, { ...asked, bitrateKbps: 1600 }, 'live')
    expect(lookUntil(pace, 8000, 60_000, empty(1000), 'live')?.now).toBe(14_000)
  })

  test('a line that cannot be measured is tried step by step, where that needs no resume', () => {
    const pace = lowered()
    lookUntil(pace, 1000, 20_000, empty(1000))
    expect(pace.measured(11_400, null, 'live')).toMatchObject({ video: { bitrateKbps: 2400 } })
    const other = lowered()
    lookUntil(other, 1000, 20_000, empty(1000))
    expect(other.measured(11_400, null, 'resume')).toBeNull()
  })

  test('a line that took all that was sent gets twice as much, or what was sent', () => {
    for (const [carriedKbps, kbps] of [
      [2000, 3200],
      [9000, 7200],
    ] as const) {
      const pace = lowered()
      lookUntil(pace, 1000, 20_000, empty(1000))
      const step = pace.measured(11_400, { carriedKbps, atLeast: true }, 'resume')
      expect(step).toMatchObject({ video: { bitrateKbps: kbps } })
    }
  })
})

test('weak after 3 s too narrow, and no longer after 3 s of an empty queue', () => {
  const pace = new LinePace(asked, measured(100))
  const weak = (now: number, line: LineFacts): boolean => {
    look(pace, now, line)
    return pace.isWeak
  }
  expect([0, 2500, 3000].map((now) => weak(now, full(100)))).toEqual([false, false, true])
  expect([3500, 6000, 6500].map((now) => weak(now, empty(100)))).toEqual([true, true, false])
})

describe('on lines of any kind', () => {
  const kinds = record({
    askedKbps: integer({ min: 500, max: 40_000 }),
    host: constantFrom<HostPace>('live', 'resume'),
    measures: boolean(),
    seed: integer({ min: 1, max: 1_000_000 }),
    parts: array(
      record({
        seconds: integer({ min: 5, max: 60 }),
        kbps: integer({ min: 650, max: 60_000 }),
        moves: boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })

  test('within the bounds always, and never more often than the host bears', () => {
    assert(
      property(kinds, ({ askedKbps, host, measures, seed, parts }) => {
        const wanted = { ...asked, bitrateKbps: askedKbps }
        const line = new SimulatedLine(wanted, { host, measures, seed, kbps: parts[0]?.kbps ?? 1000 })
        for (const part of parts) line.run(part)
        let resumedAt = Number.NEGATIVE_INFINITY
        for (const { video, by, at, stillFor } of line.changes) {
          expect(video.bitrateKbps).toBeGreaterThanOrEqual(500)
          expect(video.bitrateKbps).toBeLessThanOrEqual(askedKbps)
          expect(video.width * video.height * video.fps).toBeLessThanOrEqual(1280 * 720 * 30)
          expect(stillFor, 'a still page changes nothing').toBeLessThan(4000)
          if (by === 'live') continue
          expect(at - resumedAt).toBeGreaterThanOrEqual(10_000)
          resumedAt = at
        }
      }),
      { numRuns: 300 },
    )
  })

  test('down within 3 s, up again within 30 s', () => {
    const change = record({
      host: constantFrom<HostPace>('live', 'resume'),
      seed: integer({ min: 1, max: 1_000_000 }),
      narrow: integer({ min: 700, max: 3000 }),
      wide: integer({ min: 8000, max: 60_000 }),
      narrowFor: integer({ min: 15, max: 200 }),
    })
    assert(
      property(change, ({ host, seed, narrow, wide, narrowFor }) => {
        const line = new SimulatedLine(asked, { host, measures: true, seed, kbps: wide })
        line.run({ seconds: 9, kbps: wide, moves: true })
        const narrowedAt = line.now
        line.run({ seconds: narrowFor, kbps: narrow, moves: true })
        const lowered = line.changes.find(({ at }) => at > narrowedAt)
        expect(lowered && lowered.at - narrowedAt).toBeLessThanOrEqual(3000)
        expect(lowered?.video.bitrateKbps).toBeLessThanOrEqual(narrow)
        expect(line.video.bitrateKbps).toBeGreaterThanOrEqual(Math.max(500, narrow * 0.4))
        line.run({ seconds: 30, kbps: wide, moves: true })
        expect(line.video.bitrateKbps).toBeGreaterThanOrEqual(Math.min(asked.bitrateKbps, wide * 0.8) * 0.8)
      }),
      { numRuns: 200 },
    )
  })
})
