/** The stream process's end of a frame port: how much is under way, when a key frame is asked for, what a page may send. */
import { expect, test } from 'vitest'
import { encodeInput } from '../../../src-main/shared/stream-input.ts'
import {
  encodeCredit,
  encodeMessage,
  flagKeyFrame,
  messageType,
} from '../../../src-main/shared/stream-port.ts'
import { FramePort } from '../../../src-main/stream-process/frame-port.ts'

/** Frames that a page which acknowledges nothing gets: written down a second time, so that the bound cannot move unseen. */
const framesUnderWay = 8

function setUp() {
  const sent: number[] = []
  const log = { keyFrameRequests: 0, closed: [] as string[] }
  const inputs: Uint8Array[] = []
  const port = new FramePort(
    {
      send: (message) => void sent.push(new DataView(message.buffer).getUint32(4, true)),
      close: (reason) => void log.closed.push(reason),
    },
    { onInput: (payload) => void inputs.push(payload), requestKeyFrame: () => log.keyFrameRequests++ },
  )
  const send = (frameNumber: number, keyFrame = false): void =>
    port.send(
      encodeMessage(messageType.video, Uint8Array.of(1), { frameNumber, flags: keyFrame ? flagKeyFrame : 0 }),
    )
  const credit = (frameNumber: number): void => port.receive(encodeCredit(frameNumber, 0))
  /** A full port: frames 1 to the bound are under way, the next was dropped. */
  const fill = (): void => {
    send(1, true)
    for (let number = 2; number <= framesUnderWay + 1; number++) send(number)
  }
  return { port, sent, log, inputs, send, credit, fill }
}

test('as many frames as the bound are under way, and not one more', () => {
  const { port, sent, log, fill } = setUp()
  fill()
  expect(sent).toEqual(Array.from({ length: framesUnderWay }, (_, index) => index + 1))
  expect(port.counters).toMatchObject({ framesSent: framesUnderWay, framesDropped: 1 })
  expect(log.keyFrameRequests).toBe(1)
})

test('what comes before a page’s first key frame is not sent, asked for or counted as dropped', () => {
  const { port, sent, log, send } = setUp()
  send(7)
  send(8)
  expect([sent, port.counters.framesDropped, log.keyFrameRequests]).toEqual([[], 0, 0])
  send(9, true)
  send(10)
  expect([sent, port.counters.framesDropped]).toEqual([[9, 10], 0])
})

test('each credit makes room for the frames that it acknowledges, once', () => {
  const { sent, credit, send, fill } = setUp()
  fill()
  credit(3)
  credit(3)
  for (let number = 50; number < 60; number++) send(number, true)
  expect(sent.slice(framesUnderWay)).toEqual([50, 51, 52])
})

test('a key frame that came while the port was full is asked for again at the next credit, once', () => {
  const { sent, log, send, credit, fill } = setUp()
  fill()
  expect(log.keyFrameRequests).toBe(1)
  send(30, true)
  expect(log.keyFrameRequests).toBe(1)
  credit(1)
  expect(log.keyFrameRequests).toBe(2)
  credit(2)
  expect(log.keyFrameRequests).toBe(2)
  send(31)
  send(32, true)
  send(33)
  expect(sent.slice(framesUnderWay)).toEqual([32, 33])
})

test('a credit that makes no room asks for nothing yet', () => {
  const { log, send, credit, fill } = setUp()
  fill()
  send(30, true)
  credit(0)
  expect(log.keyFrameRequests).toBe(1)
})

test('the number and queue of the latest credit are reported; an older one takes nothing back', () => {
  const { port, send, credit } = setUp()
  send(1, true)
  send(2)
  port.receive(encodeCredit(2, 7))
  credit(1)
  expect(port.counters).toMatchObject({ acknowledged: 2, decodeQueue: 0 })
})

test('after its end nothing is sent, asked for or read, and the end is reported once', () => {
  const { port, sent, log, send } = setUp()
  port.dispose('ended')
  port.dispose('again')
  send(1, true)
  port.receive(encodeMessage(messageType.keyFrameRequest, new Uint8Array()))
  expect({ sent, ...log }).toEqual({ sent: [], keyFrameRequests: 0, closed: ['ended'] })
})

const keyPress = encodeInput([{ kind: 'key', down: true, code: 65, modifiers: 0 }])
const input = (payload: Uint8Array): Uint8Array => encodeMessage(messageType.input, payload)
/** A message whose header says `by` bytes more than it has. */
function claiming(by: number): Uint8Array {
  const message = input(keyPress)
  new DataView(message.buffer).setUint32(8, keyPress.length + by, true)
  return message
}

test('sound input is passed on as it came', () => {
  const { port, inputs, log } = setUp()
  port.receive(input(keyPress))
  expect(inputs.map((payload) => [...payload])).toEqual([[...keyPress]])
  expect(log.closed).toEqual([])
})

test.each<[string, Uint8Array, string]>([
  [
    'a key beyond 255',
    input(encodeInput([{ kind: 'key', down: true, code: 256, modifiers: 0 }])),
    'malformed-input',
  ],
  ['half a record', input(keyPress.subarray(0, 6)), 'malformed-input'],
  ['a byte less than the header says', claiming(1), 'wrong-length'],
  ['a byte more than the header says', claiming(-1), 'wrong-length'],
  // One byte beyond 64 KiB: refused by its length alone, before anything reads what is in it.
  ['more than a page may send', input(new Uint8Array(65_537)), 'too-large'],
  ['a picture', encodeMessage(messageType.video, keyPress), 'unknown-type'],
  ['a credit that is too long', encodeMessage(messageType.credit, new Uint8Array(9)), 'malformed-credit'],
])('a page that sends %s is shut out, and nothing of it is passed on', (_what, message, reason) => {
  const { port, inputs, log } = setUp()
  port.receive(message)
  port.receive(input(keyPress))
  expect({ inputs, ...log }).toEqual({ inputs: [], keyFrameRequests: 0, closed: [reason] })
})
