/** A page's WebSocket at the stream process: how large a message may be, and that it is binary. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { acceptWebSocket } from '../../../src-main/stream-process/web-socket-transport.ts'

/** Header and payload of a page's largest message, written down a second time. */
const largest = 32 + 64 * 1024

let server: Server
let received: number[]
let gone: Promise<void>
beforeEach(async () => {
  received = []
  const end = Promise.withResolvers<void>()
  gone = end.promise
  server = createServer().on('upgrade', ({ headers }, socket, head) =>
    acceptWebSocket({ headers: headers as Record<string, string>, head }, socket as Socket, () => ({
      receive: (message) => void received.push(message.byteLength),
      gone: end.resolve,
    })),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

test.each<[string, Buffer | string]>([
  ['one byte more', Buffer.alloc(largest + 1)],
  ['text', 'hello'],
])('the largest message arrives; %s ends the page', async (_what, message) => {
  const page = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  page.on('error', () => undefined)
  await once(page, 'open')
  page.send(Buffer.alloc(largest))
  page.send(message)
  await gone
  expect(received).toEqual([largest])
  page.terminate()
})
