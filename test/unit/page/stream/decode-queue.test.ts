import { describe, expect, test } from 'vitest'
import {
  decodesInHardware,
  DecodeQueue,
  type Decoder,
  type DecoderSetting,
} from '../../../../src-renderer/stream/decode-queue.ts'
import { NewestWins } from '../../../../src-renderer/stream/newest-wins.ts'
import { DurationStatistics } from '../../../../src-renderer/stream/statistics.ts'
import { readRecordedStream } from '../../../support/recorded-stream.ts'

const recorded = readRecordedStream()

interface FakePicture {
  timestamp: number
  displayWidth: number
  displayHeight: number
  closed: boolean
  close(): void
}

function picture(timestamp: number): FakePicture {
  return {
    timestamp,
    displayWidth: 1280,
    displayHeight: 720,
    closed: false,
    close() {
      this.closed = true
    },
  }
}

/** A queue over decoders whose output the test controls. */
function setUp() {
  const log = {
    credits: [] as number[],
    keyFrames: 0,
    opened: [] as DecoderSetting[],
    failed: [] as string[],
  }
  /** What reached the page, and what decoders made. */
  const pictures: FakePicture[] = []
  const made: FakePicture[] = []
  const decoders: {
    setting: DecoderSetting | null
    inside: number[]
    closed: boolean
    finish(): void
    break(): void
  }[] = []
  const clock = { now: 1000 }
  const trouble = { configure: false, decode: false }
  const queue = new DecodeQueue<FakePicture>(
    ({ output, error }) => {
      const state = {
        setting: null as DecoderSetting | null,
        inside: [] as number[],
        closed: false,
        finish() {
          const timestamp = state.inside.shift()
          if (timestamp === undefined) return
          made.push(picture(timestamp))
          output(made.at(-1)!)
        },
        break: () => error(new Error('broken')),
      }
      decoders.push(state)
      return {
        configure(setting) {
          if (trouble.configure) throw new TypeError('no such codec')
          state.setting = setting
        },
        decode({ timestamp }) {
          if (trouble.decode) throw new TypeError('no such data')
          state.inside.push(timestamp)
        },
        close: () => void (state.closed = true),
      } satisfies Decoder
    },
    {
      onPicture: (value) => pictures.push(value),
      credit: (frameNumber) => log.credits.push(frameNumber),
      requestKeyFrame: () => log.keyFrames++,
      onDecoder: (setting) => log.opened.push(setting),
      onFailed: (reason) => log.failed.push(reason),
      now: () => clock.now,
    },
  )
  queue.configure({ codec: 'H.264', width: 1280, height: 720, fps: 30 })
  const push = (frameNumber: number, keyFrame = false): void =>
    queue.push({
      frameNumber,
      keyFrame,
      data: recorded[keyFrame ? 0 : 1]?.data ?? new Uint8Array(),
    })
  return { queue, push, log, pictures, made, decoders, clock, trouble, last: () => decoders.at(-1) }
}

describe('the decode queue', () => {
  test('waits for a key frame, then configures from its parameter set and acknowledges after decoding', () => {
    const { push, log, decoders, pictures, last, queue } = setUp()
    push(1)
    expect(log).toMatchObject({ credits: [1], keyFrames: 1 })
    push(2, true)
    push(3)
    expect(decoders).toHaveLength(1)
    expect(last()?.setting).toEqual({ codec: 'avc1.64001F', acceleration: 'no-preference' })
    expect(log.credits).toEqual([1])
    last()?.finish()
    last()?.finish()
    expect(log.credits).toEqual([1, 2, 3])
    expect(pictures).toHaveLength(2)
    expect(queue).toMatchObject({ framesDecoded: 2, framesDropped: 1 })
  })

  test('a decoder error means a fresh decoder and a key frame; what was inside is acknowledged', () => {
    const { push, log, decoders, last } = setUp()
    push(1, true)
    push(2)
    last()?.break()
    expect(log).toMatchObject({ credits: [2], keyFrames: 1 })
    expect(decoders[0]?.closed).toBe(true)
    push(3)
    push(4, true)
    expect(decoders).toHaveLength(2)
    last()?.finish()
    expect(log.credits).toEqual([2, 3, 4])
  })

  test.each([
    ['no-preference', true, null],
    ['no-preference', null, null],
    ['no-preference', false, false],
    ['prefer-software', true, false],
  ] as const)('%s, hardware exists: %s: decoded in hardware: %s', (acceleration, exists, expected) => {
    expect(decodesInHardware({ codec: 'avc1.64001F', acceleration }, exists)).toBe(expected)
  })

  test('errors in a row lead to software, then to the end', () => {
    const { push, log, last, clock } = setUp()
    for (let attempt = 1; attempt <= 4; attempt++) {
      push(attempt, true)
      expect(last()?.setting?.acceleration).toBe(attempt <= 2 ? 'no-preference' : 'prefer-software')
      expect(log.failed).toEqual([])
      last()?.break()
      clock.now += 2000
    }
    expect(log.failed).toHaveLength(1)
    // What shows where it is decoded is notified of the change.
    expect(log.opened.map((setting) => decodesInHardware(setting, true))).toEqual([null, null, false, false])
    push(9, true)
    expect(log.credits).not.toContain(9)
  })

  test('after a minute in software hardware is tried again; its first failure leads back, for twice as long', () => {
    const { push, log, last, clock } = setUp()
    let number = 0
    const breakIt = (): void => {
      push(++number, true)
      last()?.break()
      clock.now += 2000
    }
    /** How long pictures come from software until another decoder is opened. */
    const secondsInSoftware = (): number => {
      push(++number, true)
      expect(last()?.setting?.acceleration).toBe('prefer-software')
      const began = clock.now
      const opened = log.opened.length
      while (log.opened.length === opened) {
        last()?.finish()
        clock.now += 1000
        push(++number, true)
      }
      expect(last()?.setting?.acceleration).toBe('no-preference')
      return Math.round((clock.now - began) / 1000)
    }
    breakIt()
    breakIt()
    expect(secondsInSoftware()).toBeGreaterThan(55)
    breakIt()
    const second = secondsInSoftware()
    expect(second).toBeGreaterThan(115)
    expect(second).toBeLessThan(130)
    // One that hangs says nothing.
    for (let time = 0; time < 8; time++) push(++number)
    clock.now += 300
    push(++number)
    clock.now += 300
    push(++number)
    push(++number, true)
    expect(last()?.setting?.acceleration).toBe('prefer-software')
    expect(log.failed).toEqual([])
  })

  test('a decoder that falls behind for longer than a moment is started over', () => {
    const { push, log, clock, decoders, last } = setUp()
    push(1, true)
    for (let number = 2; number <= 7; number++) push(number)
    clock.now += 100
    push(8)
    expect(decoders[0]?.closed).toBe(false)
    clock.now += 300
    push(9)
    expect(decoders[0]?.closed).toBe(true)
    expect(log.keyFrames).toBe(1)
    expect(log.credits).toEqual([8, 9])
    push(10, true)
    last()?.finish()
    expect(log.credits).toEqual([8, 9, 10])
  })

  test.each([
    [5, false],
    [6, true],
  ])('with %i pictures inside all the time it is started over: %s', (inside, startedOver) => {
    const { push, clock, decoders, last } = setUp()
    for (let number = 1; number <= inside; number++) push(number, number === 1)
    for (let number = 10; number < 20; number++) {
      clock.now += 40
      push(number)
      last()?.finish()
    }
    expect(decoders[0]?.closed).toBe(startedOver)
  })

  test('a picture between two errors makes up for the first', () => {
    const { push, log, last, clock } = setUp()
    for (let number = 1; number < 20; number += 2) {
      push(number, true)
      last()?.finish()
      push(number + 1)
      last()?.break()
      clock.now += 2000
    }
    expect(log.failed).toEqual([])
    expect(new Set(log.opened.map(({ acceleration }) => acceleration))).toEqual(new Set(['no-preference']))
  })

  test('pictures and errors of a decoder that was given up count no more', () => {
    const { push, log, decoders, pictures, made, clock } = setUp()
    push(1, true)
    push(2)
    decoders[0]?.break()
    clock.now += 2000
    push(3, true)
    decoders[0]?.finish()
    for (let time = 0; time < 5; time++) decoders[0]?.break()
    expect(pictures).toEqual([])
    expect(made.map(({ closed }) => closed)).toEqual([true])
    expect({ decoders: decoders.length, closed: decoders[1]?.closed, failed: log.failed }).toEqual({
      decoders: 2,
      closed: false,
      failed: [],
    })
    decoders[1]?.finish()
    expect(pictures).toHaveLength(1)
  })

  test.each(['configure', 'decode'] as const)(
    'a decoder that throws at %s is an error like any other',
    (when) => {
      const { push, log, trouble, clock, decoders } = setUp()
      trouble[when] = true
      for (let attempt = 1; attempt <= 4; attempt++) {
        expect(log.failed).toEqual([])
        push(attempt, true)
        clock.now += 2000
      }
      expect(log.failed).toEqual([expect.stringMatching(/^TypeError: no such/)])
      expect(log.credits).toContain(4)
      expect(decoders).toHaveLength(4)
    },
  )

  test('a key frame that does not come is asked for again, not for every frame', () => {
    const { push, log, clock } = setUp()
    for (let number = 1; number <= 60; number++) {
      push(number)
      clock.now += 40
    }
    expect(log.keyFrames).toBe(3)
    expect(log.credits).toHaveLength(60)
  })

  test('after the end pictures are closed and nothing is sent', () => {
    const { push, queue, decoders, pictures, made, log } = setUp()
    push(1, true)
    queue.dispose()
    decoders[0]?.finish()
    expect(pictures).toEqual([])
    expect(made.map(({ closed }) => closed)).toEqual([true])
    expect(log.credits).toEqual([])
  })
})

describe('newest wins', () => {
  test('a busy sink gets the newest picture; overtaken ones are closed and counted', async () => {
    const shown: number[] = []
    const free: (() => void)[] = []
    const newest = new NewestWins<FakePicture>(
      (value) => {
        shown.push(value.timestamp)
        return new Promise((resolve) => free.push(resolve))
      },
      () => undefined,
    )
    const all = [1, 2, 3, 4].map(picture)
    for (const value of all) newest.push(value)
    free.shift()?.()
    await Promise.resolve()
    await Promise.resolve()
    expect(shown).toEqual([1, 4])
    expect(all.map(({ closed }) => closed)).toEqual([false, true, true, false])
    expect(newest.dropped).toBe(2)
    const last = picture(5)
    newest.push(last)
    newest.dispose()
    expect(last.closed).toBe(true)
    const late = picture(6)
    newest.push(late)
    expect(late.closed).toBe(true)
    expect(shown).toEqual([1, 4])
  })

  test('a sink that fails after the end changes nothing', async () => {
    const failures: unknown[] = []
    const newest = new NewestWins<FakePicture>(
      () => Promise.reject(new Error('no')),
      (error) => failures.push(error),
    )
    newest.push(picture(1))
    newest.dispose()
    await new Promise((resolve) => setTimeout(resolve))
    expect(failures).toEqual([])
  })

  test('a sink that fails is reported once', async () => {
    const failures: unknown[] = []
    const newest = new NewestWins<FakePicture>(
      () => Promise.reject(new Error('no')),
      (error) => failures.push(error),
    )
    newest.push(picture(1))
    newest.push(picture(2))
    await new Promise((resolve) => setTimeout(resolve))
    expect(failures).toHaveLength(1)
  })
})

test('percentiles are those of the latest values', () => {
  const statistics = new DurationStatistics(100)
  expect(statistics.percentile(0.5)).toBeNull()
  for (let value = 1; value <= 200; value++) statistics.add(value)
  expect(statistics.percentile(0.5)).toBe(150)
  expect(statistics.percentile(0.99)).toBe(199)
  expect(statistics.percentile(1)).toBe(200)
})
