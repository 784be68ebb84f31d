/** A page's MessagePort: bytes are messages of the frame port, anything else ends the connection. */
import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { attachMessagePort } from '../../../src-main/stream-process/electron-port.ts'
import { electronLikePort } from '../../support/electron-like-port.ts'

function attached() {
  const { port1, port2 } = new MessageChannel()
  const received: number[][] = []
  const gone = Promise.withResolvers<void>()
  attachMessagePort(electronLikePort(port1), () => ({
    receive: (message) => void received.push([...message]),
    gone: () => gone.resolve(),
  }))
  return { page: port2, received, gone: gone.promise }
}

test('bytes are received in order, until the page goes', async () => {
  const { page, received, gone } = attached()
  page.postMessage(Uint8Array.of(1, 2))
  page.postMessage(Uint8Array.of(3))
  await expect.poll(() => received).toEqual([[1, 2], [3]])
  page.close()
  await gone
})

test.each<[string, unknown]>([
  ['text', 'hello'],
  ['an object', { type: 16 }],
  ['a bare buffer', new ArrayBuffer(8)],
  ['null', null],
])('%s ends the connection, and nothing of it is received', async (_what, message) => {
  const { page, received, gone } = attached()
  page.postMessage(message)
  await gone
  expect(received).toEqual([])
})
