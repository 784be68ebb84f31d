import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KeyFrameRequests } from '../../../src-main/stream-process/key-frame-requests.ts'
import { startFakeClock, type FakeClock } from '../../support/fake-clock.ts'

let clock: FakeClock
let asked: number
let requests: KeyFrameRequests
beforeEach(() => {
  clock = startFakeClock()
  asked = 0
  requests = new KeyFrameRequests(() => asked++)
})
afterEach(() => {
  requests.stop()
  expect(vi.getTimerCount()).toBe(0)
  clock.restore()
})

test('one request is under way at a time', async () => {
  for (let index = 0; index < 10; index++) requests.ask()
  await clock.pass(900)
  requests.ask()
  expect(asked).toBe(1)
  requests.came()
  requests.ask()
  expect(asked).toBe(2)
})

test('a host that does not answer is asked three times more, and then by the next who needs one', async () => {
  requests.ask()
  await clock.pass(1001)
  expect(asked).toBe(2)
  await clock.pass(60_000)
  expect(asked).toBe(4)
  requests.ask()
  expect(asked).toBe(5)
})

test('on a slow line an answer gets twice the time that the last one took, up to five seconds', async () => {
  requests.ask()
  await clock.pass(900)
  requests.came()
  requests.ask()
  await clock.pass(1700)
  expect(asked).toBe(2)
  await clock.pass(200)
  expect(asked).toBe(3)
})

test('a request that is of no use later is made once', async () => {
  requests.ask(0)
  await clock.pass(60_000)
  expect(asked).toBe(1)
})

test('a relay that dropped the answer asks at once, and five times a second at most', async () => {
  requests.ask()
  await clock.pass(300)
  requests.askAtOnce()
  expect(asked).toBe(2)
  for (let index = 0; index < 100; index++) requests.askAtOnce()
  expect(asked).toBe(2)
  await clock.pass(201)
  requests.askAtOnce()
  expect(asked).toBe(3)
})

test('a key frame that was not asked for changes nothing, and after the end nothing is asked', () => {
  requests.came()
  requests.ask()
  requests.stop()
  requests.ask()
  requests.askAtOnce()
  expect(asked).toBe(1)
})
