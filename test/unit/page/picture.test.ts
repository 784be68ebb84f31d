/** The picture's parts in the page: bounds on what the app says, pictures closed that are not shown, bytes acknowledged. */
import { afterEach, expect, test, vi } from 'vitest'
import { encodeMessage, messageType } from '../../../src-main/shared/stream-port.ts'
import { PortChannel } from '../../../src-renderer/features/vnc/port-channel.ts'
import { neighbour, stepOfKey } from '../../../src-renderer/features/views/tab-keys.ts'
import type { Picture } from '../../../src-renderer/stream/decode-queue.ts'
import { FramePortClient } from '../../../src-renderer/stream/frame-port-client.ts'
import { NewestWins } from '../../../src-renderer/stream/newest-wins.ts'

afterEach(() => vi.unstubAllGlobals())

test.each([
  [{ width: 16_384, height: 16_384 }, true],
  [{ width: 16_385, height: 100 }, false],
  [{ width: 100, height: 2 ** 31 }, false],
  [{ width: -1, height: 100 }, false],
])('a configuration of %j is taken: %s', (size, taken) => {
  const seen: string[] = []
  const client = new FramePortClient(
    { send: () => undefined, close: () => undefined },
    {
      onConfiguration: () => seen.push('taken'),
      onVideo: () => undefined,
      onEvent: () => undefined,
      onRefused: (reason) => seen.push(reason),
    },
  )
  const text = JSON.stringify({ codec: 'H.264', fps: 30, ...size })
  client.receive(encodeMessage(messageType.configuration, new TextEncoder().encode(text)))
  expect(seen).toEqual([taken ? 'taken' : 'malformed-configuration'])
})

test('a picture that a newer one overtakes is closed and counted', async () => {
  const closed: number[] = []
  const picture = (timestamp: number): Picture => ({
    timestamp,
    displayWidth: 1,
    displayHeight: 1,
    close: () => void closed.push(timestamp),
  })
  const shown: number[] = []
  const first = Promise.withResolvers<void>()
  const newest = new NewestWins<Picture>(
    ({ timestamp }) => (shown.push(timestamp), first.promise),
    () => undefined,
  )
  for (const timestamp of [1, 2, 3]) newest.push(picture(timestamp))
  expect([closed, newest.dropped]).toEqual([[2], 1])
  first.resolve()
  await vi.waitUntil(() => shown.length === 2)
  expect(shown).toEqual([1, 3])
})

/** A message port; what the page posts on it. */
function port() {
  const posted: unknown[] = []
  let closed = 0
  const made = Object.assign(new EventTarget(), {
    onmessage: null as ((event: MessageEvent<unknown>) => void) | null,
    postMessage: (data: unknown) => void posted.push(data),
    close: () => void closed++,
  })
  const channel = new PortChannel(made)
  const say = (data: unknown) => made.onmessage?.(new MessageEvent('message', { data }))
  return { channel, posted, closed: () => closed, say }
}

test('bytes of a VNC server are handed on and acknowledged; anything else closes the port', async () => {
  const { channel, posted, closed, say } = port()
  const got: number[] = []
  let ended = 0
  channel.onmessage = ({ data }) => void got.push(data.byteLength)
  channel.onclose = () => void ended++
  say(new Uint8Array(3))
  say(new Uint8Array(5))
  expect([got, posted]).toEqual([
    [3, 5],
    [3, 5],
  ])
  say('nonsense')
  expect([closed(), channel.readyState]).toEqual([1, 'closed'])
  // The end is reported after the call that brought it has returned.
  expect(ended).toBe(0)
  await Promise.resolve()
  expect(ended).toBe(1)
})

const keys = { code: 'PageDown', ctrlKey: true, altKey: false, shiftKey: false, metaKey: false }

test('views are changed by keys that the desktop does not want', () => {
  expect(stepOfKey(keys, false)).toBe(1)
  expect(stepOfKey({ ...keys, code: 'PageUp' }, false)).toBe(-1)
  expect(stepOfKey(keys, true)).toBe(0)
  expect(stepOfKey({ ...keys, altKey: true, shiftKey: true }, true)).toBe(1)
  expect(stepOfKey({ ...keys, ctrlKey: false }, false)).toBe(0)
})

test('after the last view comes the first, and the other way round', () => {
  const ids = ['a', 'b', 'c']
  expect(neighbour(ids, 'c', 1)).toBe('a')
  expect(neighbour(ids, 'a', -1)).toBe('c')
  expect(neighbour(ids, 'gone', 1)).toBe('gone')
})
