/** Turns of wheels as browsers report them, in the units of hosts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WheelAxis, type WheelTurn } from '../../../../src-renderer/stream/wheel.ts'

/** Units of some turns, 50 ms apart. */
function turned(turns: Omit<WheelTurn, 'at'>[]): number[] {
  const axis = new WheelAxis()
  return turns.map((turn, index) => axis.units({ ...turn, at: index * 50 }))
}
const five = (turn: Omit<WheelTurn, 'at'>): number[] => turned(Array.from({ length: 5 }, () => turn))
const down = [120, 120, 120, 120, 120]

describe('B49: five notches are five times 120', () => {
  test.each([96, 100, 102, 106.67, 114, 120, 133, 144, 200])('of %s pixels', (delta) => {
    expect(five({ delta, mode: 0 })).toEqual(down)
    expect(five({ delta: -delta, mode: 0 })).toEqual(down.map((units) => -units))
  })

  test('of three lines, and of one page', () => {
    expect(five({ delta: 3, mode: 1 })).toEqual(down)
    expect(five({ delta: 1, mode: 2 })).toEqual(down)
  })

  test.each([
    ['120 pixels, Chromium on Linux', { delta: 120, mode: 0 }],
    ['a page at 200 %', { delta: 60, mode: 0 }],
    ['a page at 25 %', { delta: 480, mode: 0 }],
    ['one line by the system’s setting', { delta: 1, mode: 1 }],
  ])('as the browser counts them itself: %s', (_what, turn) => {
    expect(five({ ...turn, legacy: -120 })).toEqual(down)
  })

  test('several between two events are as many', () => {
    expect(turned([{ delta: 144, mode: 0 }, { delta: 288, mode: 0 }])).toEqual([120, 240]) // prettier-ignore
    expect(turned([{ delta: 360, mode: 0, legacy: -360 }])).toEqual([360])
  })
})

describe('what scrolls smoothly', () => {
  test('is sent as far as it was moved', () => {
    expect(turned([{ delta: 10, mode: 0, legacy: -30 }, { delta: -2.5, mode: 0, legacy: 7 }])).toEqual([12, -3]) // prettier-ignore
  })

  test('stays smooth when it is moved quickly, also where macOS counts whole notches', () => {
    expect(turned([{ delta: 30, mode: 0 }, { delta: 150, mode: 0 }])).toEqual([36, 180]) // prettier-ignore
    expect(turned([{ delta: 20, mode: 0 }, { delta: 40, mode: 0, legacy: -120 }])).toEqual([24, 48]) // prettier-ignore
  })
})

test('whatever comes, a turn has its direction and at most eight notches', () => {
  const turn = fc.record({
    delta: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    mode: fc.constantFrom(0, 1, 2),
  })
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 20 }), (turns) => {
      for (const [index, units] of turned(turns).entries()) {
        expect(Math.abs(units)).toBeLessThanOrEqual(960)
        expect(units * (turns[index]?.delta ?? 0)).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})
