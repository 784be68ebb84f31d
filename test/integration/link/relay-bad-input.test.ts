/** The relay alone, with input that no endpoint sends. */
import { afterEach, expect, test, vi } from 'vitest'
import fc from 'fast-check'
import {
  encodeAck,
  encodeFrame,
  encodeStart,
  frameTypes,
  rawHeader,
  startPadding,
} from '../../support/relay-frames.ts'
import { startRelayProgram, type RelayProgram } from './relay-program.ts'

const started: RelayProgram[] = []
afterEach(async () => {
  for (const program of started.splice(0)) await program.kill()
})

function relay(options?: { listen?: boolean }): RelayProgram {
  const program = startRelayProgram(options)
  started.push(program)
  return program
}

const bound = 64 * 1024
const ping = encodeFrame('ping', Buffer.alloc(8, 1))
const start = encodeStart({ maximumUnacknowledged: bound })
const wrong: [string, Buffer[], string][] = [
  ['a frame that is too long', [start, rawHeader(70_000, frameTypes.data)], 'no frame'],
  ['a length of 4 GiB', [rawHeader(0xffffffff, frameTypes.start)], 'no frame'],
  ['an unknown type', [start, rawHeader(0, 99)], 'no frame'],
  ['type 0', [rawHeader(0, 0)], 'no frame'],
  ['an unknown flow', [start, rawHeader(0, frameTypes.datagram, 3)], 'no frame'],
  ['text', [Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'no frame'],
  ['something before START', [encodeFrame('datagram', Buffer.from('x'))], 'START must come first'],
  ['two STARTs', [start, start], 'malformed START'],
  ['a START cut short', [encodeFrame('start', start.subarray(8, 20))], 'malformed START'],
  ['a START with a bound of nothing', [encodeStart({ maximumUnacknowledged: 1 })], 'malformed START'],
  ['a name for an address', [encodeStart({ maximumUnacknowledged: bound, address: 'localhost' })], 'numeric'],
  ['a frame that only relays send', [start, encodeFrame('hello')], 'unexpected'],
  ['a short ACK', [start, encodeFrame('ack', Buffer.alloc(19))], 'malformed ACK'],
  ['a long ACK', [start, encodeFrame('ack', Buffer.alloc(21))], 'malformed ACK'],
  ['a short PING', [encodeFrame('ping')], 'malformed PING'],
  ['a long PING', [encodeFrame('ping', Buffer.alloc(9))], 'malformed PING'],
]
test.each(wrong)('%s is named and ends the relay', async (_name, bytes, words) => {
  const program = relay()
  program.send(...bytes)
  const { signal } = await program.exited
  expect(signal).toBe(null)
  expect(String((await program.frame('error')).payload)).toContain(words)
})

test('a frame that never becomes whole ends with the input, without a word', async () => {
  const program = relay()
  program.send(start, encodeFrame('data', Buffer.alloc(100)).subarray(0, 50))
  await program.frame('started')
  program.child.stdin?.end()
  expect(await program.exited).toEqual({ code: 0, signal: null })
  expect(program.frames.map(({ type }) => type)).toEqual(['hello', 'started', 'padding'])
})

test('bytes for streams that do not exist, and acknowledgements from the future, change nothing', async () => {
  const program = relay()
  program.send(start, encodeAck(2 ** 50))
  for (const type of ['data', 'fin', 'reset'] as const)
    program.send(encodeFrame(type, Buffer.alloc(9), { stream: 77 }))
  program.send(ping)
  expect((await program.frame('pong')).payload.readUInt32LE(8)).toBeLessThanOrEqual(startPadding)
})

test('any bytes end in an error or in waiting, never in a crash', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          type: fc.integer({ min: 0, max: 21 }),
          flow: fc.integer({ min: 0, max: 3 }),
          length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(67_585)),
          payload: fc.uint8Array({ maxLength: 40 }),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      fc.boolean(),
      async (frames, afterStart) => {
        const program = startRelayProgram()
        if (afterStart) program.send(start)
        for (const { type, flow, length, payload } of frames)
          program.send(rawHeader(length, type, flow), Buffer.from(payload))
        program.child.stdin?.end()
        const { signal, code } = await program.exited
        expect(signal).toBe(null)
        expect([0, 2]).toContain(code)
      },
    ),
    { numRuns: 150 },
  )
})

test('questions whose answers are not read do not fill its memory', async () => {
  const program = relay({ listen: false })
  // 32 MiB of questions with more than twice as much of answers; the pipe stops taking them long before.
  const questions = Buffer.concat(Array.from({ length: 64 * 1024 }, () => ping))
  let taken = 0
  const writeOn = (): void => {
    if (taken >= 32) return
    program.child.stdin?.write(questions, () => {
      taken++
      writeOn()
    })
  }
  writeOn()
  await vi.waitUntil(
    async () => {
      const before = taken
      await new Promise((resolve) => setTimeout(resolve, 500))
      return taken === before
    },
    { timeout: 30_000, message: 'it takes no more' },
  )
  expect(taken).toBeLessThan(32)
  expect(program.memory()).toBeLessThan(24 << 20)
  // Once they are read, everything continues.
  program.child.stdout?.resume()
  await vi.waitUntil(() => taken === 32, { timeout: 30_000, message: 'all questions are taken' })
})
