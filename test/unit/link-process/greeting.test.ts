import { expect, test } from 'vitest'
import fc from 'fast-check'
import { Greeting } from '../../../src-main/link-process/greeting.ts'
import { encodeFrame } from '../../support/relay-frames.ts'

const hello = encodeFrame('hello', Buffer.alloc(34, 'b'))

test('whatever text comes before HELLO, in any portions, only the relay’s bytes pass', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 500 }),
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 1, max: 50 }),
      (text, rest, portion) => {
        const relay = Buffer.concat([hello, Buffer.from(rest)])
        const wire = Buffer.concat([Buffer.from(text), relay])
        const greeting = new Greeting()
        const passed: Buffer[] = []
        for (let at = 0; at < wire.length; at += portion)
          passed.push(greeting.skip(wire.subarray(at, at + portion)))
        expect(Buffer.concat(passed).equals(relay)).toBe(true)
      },
    ),
  )
})

test('a greeting without end is none', () => {
  const greeting = new Greeting()
  expect(() => {
    for (let index = 0; index < 100; index++) greeting.skip(Buffer.alloc(1000, 'W'))
  }).toThrow(/something else/)
})
