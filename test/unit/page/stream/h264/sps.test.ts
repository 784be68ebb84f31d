import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BitReader, BitWriter } from '../../../../../src-renderer/stream/h264/bits.ts'
import { h264CodecString, levelFor } from '../../../../../src-renderer/stream/h264/codec-string.ts'
import { prepareKeyFrame } from '../../../../../src-renderer/stream/h264/key-frame.ts'
import {
  addEmulationPrevention,
  removeEmulationPrevention,
} from '../../../../../src-renderer/stream/h264/nal.ts'
import { parseSps, withoutReordering } from '../../../../../src-renderer/stream/h264/sps.ts'
import { nalUnits, readRecordedStream } from '../../../../support/recorded-stream.ts'

const frames = readRecordedStream()
const recordedSps = nalUnits(frames[0]?.data ?? new Uint8Array(), 7)[0] ?? new Uint8Array()

interface Plan {
  profile: number
  level: number
  orderType: 0 | 1 | 2
  referenceFrames: number
  columns: number
  rows: number
  framesOnly: boolean
  crop: { right: number; bottom: number } | null
  scaling: boolean
  vui: {
    aspect: 'none' | 'table' | 'extended'
    colour: boolean
    timing: boolean
    nalHrd: boolean
    vclHrd: boolean
    chroma: boolean
    restriction: { reorder: number; buffering: number } | null
  } | null
}

/** An independent writer of parameter sets, straight from clauses 7.3.2.1.1 and E.1. */
function writeSps(plan: Plan): Uint8Array {
  const w = new BitWriter()
  const flag = (value: boolean): void => w.bit(value ? 1 : 0)
  w.bits(plan.profile, 8)
  w.bits(0, 8)
  w.bits(plan.level, 8)
  w.unsigned(0)
  if (plan.profile === 100) {
    w.unsigned(1)
    w.unsigned(0)
    w.unsigned(0)
    flag(false)
    flag(plan.scaling)
    if (plan.scaling) {
      for (let list = 0; list < 8; list++) {
        flag(list % 3 === 0)
        if (list % 3 === 0) for (let at = 0; at < (list < 6 ? 16 : 64); at++) w.signed(at === 0 ? 4 : 1)
      }
    }
  }
  w.unsigned(3)
  w.unsigned(plan.orderType)
  if (plan.orderType === 0) w.unsigned(4)
  if (plan.orderType === 1) {
    flag(true)
    w.signed(-3)
    w.signed(2)
    w.unsigned(2)
    w.signed(5)
    w.signed(-5)
  }
  w.unsigned(plan.referenceFrames)
  flag(false)
  w.unsigned(plan.columns - 1)
  w.unsigned(plan.rows - 1)
  flag(plan.framesOnly)
  if (!plan.framesOnly) flag(false)
  flag(true)
  flag(plan.crop !== null)
  if (plan.crop) for (const value of [0, plan.crop.right, 0, plan.crop.bottom]) w.unsigned(value)
  flag(plan.vui !== null)
  if (plan.vui) {
    const hrd = (): void => {
      w.unsigned(1)
      w.bits(0x12, 8)
      for (let at = 0; at < 2; at++) {
        w.unsigned(1000 + at)
        w.unsigned(2000)
        flag(true)
      }
      w.bits(0xabcde, 20)
    }
    flag(plan.vui.aspect !== 'none')
    if (plan.vui.aspect === 'table') w.bits(1, 8)
    if (plan.vui.aspect === 'extended') {
      w.bits(255, 8)
      w.bits(0x00040003, 32)
    }
    flag(false)
    flag(plan.vui.colour)
    if (plan.vui.colour) {
      w.bits(0b1010, 4)
      flag(true)
      w.bits(0x010101, 24)
    }
    flag(plan.vui.chroma)
    if (plan.vui.chroma) {
      w.unsigned(0)
      w.unsigned(0)
    }
    flag(plan.vui.timing)
    if (plan.vui.timing) {
      w.bits(1, 32)
      w.bits(60, 32)
      flag(true)
    }
    flag(plan.vui.nalHrd)
    if (plan.vui.nalHrd) hrd()
    flag(plan.vui.vclHrd)
    if (plan.vui.vclHrd) hrd()
    if (plan.vui.nalHrd || plan.vui.vclHrd) flag(false)
    flag(true)
    flag(plan.vui.restriction !== null)
    if (plan.vui.restriction) {
      flag(true)
      for (const value of [2, 1, 11, 11]) w.unsigned(value)
      w.unsigned(plan.vui.restriction.reorder)
      w.unsigned(plan.vui.restriction.buffering)
    }
  }
  return Uint8Array.from([0x67, ...addEmulationPrevention(w.finish())])
}

const plans: fc.Arbitrary<Plan> = fc.record({
  profile: fc.constantFrom(66, 77, 100),
  level: fc.constantFrom(30, 31, 40, 42, 51),
  orderType: fc.constantFrom(0, 1, 2),
  referenceFrames: fc.integer({ min: 0, max: 16 }),
  columns: fc.integer({ min: 1, max: 240 }),
  rows: fc.integer({ min: 1, max: 136 }),
  framesOnly: fc.boolean(),
  crop: fc.option(
    fc.record({ right: fc.integer({ min: 0, max: 7 }), bottom: fc.integer({ min: 0, max: 3 }) }),
  ),
  scaling: fc.boolean(),
  vui: fc.option(
    fc.record({
      aspect: fc.constantFrom('none', 'table', 'extended'),
      colour: fc.boolean(),
      timing: fc.boolean(),
      nalHrd: fc.boolean(),
      vclHrd: fc.boolean(),
      chroma: fc.boolean(),
      restriction: fc.option(
        fc.record({ reorder: fc.integer({ min: 0, max: 4 }), buffering: fc.integer({ min: 0, max: 16 }) }),
      ),
    }),
  ),
})

describe('sequence parameter sets', () => {
  test('the recorded one is read as the analyser read it, and left alone', () => {
    expect(parseSps(recordedSps)).toEqual({
      profile: 100,
      constraints: 0,
      level: 31,
      width: 1280,
      height: 720,
      referenceFrames: 1,
      reorderFrames: 0,
      decodeBuffering: 1,
    })
    expect(withoutReordering(recordedSps)).toBe(recordedSps)
    for (const { data } of frames) expect(prepareKeyFrame(data).data).toBe(data)
  })

  test('any set is read as it was written; "no reordering" is stated where nothing was', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const unit = writeSps(plan)
        const before = parseSps(unit)
        expect(before).toMatchObject({
          profile: plan.profile,
          level: plan.level,
          width: plan.columns * 16 - (plan.crop?.right ?? 0) * 2,
          height:
            plan.rows * 16 * (plan.framesOnly ? 1 : 2) - (plan.crop?.bottom ?? 0) * (plan.framesOnly ? 2 : 4),
          referenceFrames: plan.referenceFrames,
          reorderFrames: plan.vui?.restriction?.reorder ?? null,
        })
        const rewritten = withoutReordering(unit)
        if (plan.vui?.restriction) {
          expect(rewritten).toBe(unit)
          return
        }
        expect(parseSps(rewritten)).toEqual({
          ...before,
          reorderFrames: 0,
          decodeBuffering: plan.referenceFrames,
        })
        expect(withoutReordering(rewritten)).toBe(rewritten)
        const expected: Plan = {
          ...plan,
          vui: {
            ...(plan.vui ?? {
              aspect: 'none',
              colour: false,
              timing: false,
              nalHrd: false,
              vclHrd: false,
              chroma: false,
            }),
            restriction: { reorder: 0, buffering: plan.referenceFrames },
          },
        }
        // Everything before the restriction is the same, bit by bit.
        expect(parseSps(writeSps(expected))).toEqual(parseSps(rewritten))
      }),
      { numRuns: 500 },
    )
  })

  test('a key frame is rewritten around its parameter set only', () => {
    const unit = writeSps({
      profile: 100,
      level: 31,
      orderType: 2,
      referenceFrames: 1,
      columns: 80,
      rows: 45,
      framesOnly: true,
      crop: null,
      scaling: false,
      vui: null,
    })
    const rest = [0, 0, 0, 1, 0x68, 1, 2, 3, 0, 0, 1, 0x65, 9, 8, 7, 0, 0, 1, 0x67, 1]
    const frame = Uint8Array.from([0, 0, 0, 1, ...unit, ...rest])
    const { data, parameters } = prepareKeyFrame(frame)
    expect(parameters).toMatchObject({ width: 1280, height: 720, reorderFrames: null })
    expect([...data.subarray(0, 4)]).toEqual([0, 0, 0, 1])
    expect([...data.subarray(data.length - rest.length)]).toEqual(rest)
    expect(parseSps(data.subarray(4, data.length - rest.length))).toMatchObject({ reorderFrames: 0 })
  })

  const plain: Plan = {
    ...{ profile: 77, level: 51, orderType: 2, referenceFrames: 1, columns: 1, rows: 1 },
    ...{ framesOnly: true, crop: null, scaling: false, vui: null },
  }
  test.each<[string, Partial<Plan>]>([
    // 2^18 macroblocks of 16 x 16 pixels are 8192 x 8192.
    ['one column more than 8192 x 8192', { columns: 513, rows: 512 }],
    ['fields of as many', { columns: 513, rows: 256, framesOnly: false }],
    ['cropping that leaves no width', { crop: { right: 8, bottom: 0 } }],
    ['cropping that leaves no height', { crop: { right: 0, bottom: 9 } }],
  ])('%s is refused', (_what, changes) => {
    expect(parseSps(writeSps({ ...plain, columns: 512, rows: 512 }))).toMatchObject({
      width: 8192,
      height: 8192,
    })
    expect(parseSps(writeSps({ ...plain, ...changes }))).toBeNull()
  })

  test('a code of more than 32 bits after its zeros is none (clause 9.1)', () => {
    const reader = new BitReader(Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 0, 0]))
    expect(reader.unsigned()).toBe(2 ** 31 - 1)
    const long = new BitReader(Uint8Array.from([0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff]))
    expect(() => long.unsigned()).toThrow(RangeError)
  })

  test('junk and truncation are refused or left alone, never thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        parseSps(bytes)
        withoutReordering(bytes)
        prepareKeyFrame(bytes)
        prepareKeyFrame(Uint8Array.from([0, 0, 1, 0x67, ...bytes]))
      }),
      { numRuns: 2000 },
    )
    for (let length = 0; length < recordedSps.length - 1; length++) {
      expect(parseSps(recordedSps.subarray(0, length))).toBeNull()
    }
  })

  test('emulation prevention bytes come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2, 3, 4, 255), { maxLength: 64 }), (bytes) => {
        const payload = Uint8Array.from([...bytes, 0x80])
        const escaped = addEmulationPrevention(payload)
        expect(Buffer.from(escaped).toString('hex')).not.toMatch(/^(..)*00000[012]/)
        expect([...removeEmulationPrevention(escaped)]).toEqual([...payload])
      }),
    )
  })
})

describe('codec strings', () => {
  test('levels cover size and rate (table A-1)', () => {
    expect(levelFor(1280, 720, 30)).toBe(31)
    expect(levelFor(1280, 720, 60)).toBe(32)
    expect(levelFor(1920, 1080, 30)).toBe(40)
    expect(levelFor(1920, 1080, 60)).toBe(42)
    expect(levelFor(1920, 1080, 120)).toBe(51)
    expect(levelFor(2560, 1440, 60)).toBe(51)
    expect(levelFor(3840, 2160, 60)).toBe(52)
    expect(levelFor(320, 200, 5)).toBe(11)
    expect(levelFor(7680, 4320, 240)).toBe(62)
  })

  test("a level below the stream's needs is raised, a higher one is kept", () => {
    const stream = { profile: 100, constraints: 0, level: 30, width: 1920, height: 1080 }
    expect(h264CodecString(stream, 60)).toBe('avc1.64002A')
    expect(h264CodecString({ ...stream, level: 51 }, 60)).toBe('avc1.640033')
    expect(h264CodecString({ ...stream, profile: 66, constraints: 0xe0 }, 30)).toBe('avc1.42E028')
  })
})
