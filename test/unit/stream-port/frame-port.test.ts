/** The stream process's end of a frame port: how much is under way, and when a key frame is asked for. */
import { expect, test } from 'vitest'
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
  const port = new FramePort(
    {
      send: (message) => void sent.push(new DataView(message.buffer).getUint32(4, true)),
      close: (reason) => void log.closed.push(reason),
    },
    { onInput: () => undefined, requestKeyFrame: () => log.keyFrameRequests++ },
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
  return { port, sent, log, send, credit, fill }
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

test('the number and queue of the latest credit are told; an older one takes nothing back', () => {
  const { port, send, credit } = setUp()
  send(1, true)
  send(2)
  port.receive(encodeCredit(2, 7))
  credit(1)
  expect(port.counters).toMatchObject({ acknowledged: 2, decodeQueue: 0 })
})

test('after its end nothing is sent, asked for or read, and it is told once', () => {
  const { port, sent, log, send } = setUp()
  port.dispose('ended')
  port.dispose('again')
  send(1, true)
  port.receive(encodeMessage(messageType.keyFrameRequest, new Uint8Array()))
  expect({ sent, ...log }).toEqual({ sent: [], keyFrameRequests: 0, closed: ['ended'] })
})
