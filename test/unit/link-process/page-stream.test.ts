/** A page on a MessagePort: what it may send, and how much of it. */
import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { pagePort } from '../../../src-main/link-process/page-stream.ts'

const mebibyte = 1024 * 1024

/** A port at which the test is the page. */
function page() {
  const events = new EventEmitter()
  let closed = false
  const stream = pagePort({
    postMessage: () => undefined,
    on: (event: string, listener: (value: never) => void) => events.on(event, listener as () => void),
    start: () => undefined,
    close: () => void (closed = true),
  })
  stream.on('error', () => undefined)
  return { stream, say: (data: unknown) => events.emit('message', { data }), isClosed: () => closed }
}

test('a message of one MiB is passed on, one byte more ends the page', () => {
  const { stream, say, isClosed } = page()
  say(new Uint8Array(mebibyte))
  expect((stream.read() as Buffer).length).toBe(mebibyte)
  say(new Uint8Array(mebibyte + 1))
  expect([stream.read(), stream.destroyed, isClosed()]).toEqual([null, true, true])
})

test('a page may be 4 MiB ahead of a slow link, and is cut off beyond', () => {
  const { stream, say } = page()
  for (let message = 0; message < 5; message++) say(new Uint8Array(mebibyte))
  expect(stream.destroyed).toBe(false)
  say(new Uint8Array(1))
  expect(stream.destroyed).toBe(true)
})

test.each<[string, unknown, boolean]>([
  ['all that it got', 1000, false],
  ['a part of it', 1, false],
  ['more than it got', 1001, true],
  ['nothing', 0, true],
  ['less than nothing', -1, true],
  ['half a byte', 0.5, true],
  ['words', '1000', true],
])('a page that says to have taken %s', (_what, taken, ended) => {
  const { stream, say } = page()
  stream.write(Buffer.alloc(1000))
  say(taken)
  expect(stream.destroyed).toBe(ended)
})
