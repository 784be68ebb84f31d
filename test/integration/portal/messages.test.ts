/** The portal's WebSocket service as the client keeps it: reconnected with growing pauses, bounded, two kinds of words sent. */
import { afterEach, expect, test, vi } from 'vitest'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import {
  PortalChannel,
  type ChannelPace,
  type PortalEvent,
} from '../../../src-main/protocols/portal/web-socket.ts'
import { startMessageServer } from './message-server.ts'

const http = new PortalHttp(null)
const pace: ChannelPace = { ping: 50, silence: 60_000, firstRetry: 20, lastRetry: 200 }
let channel: PortalChannel | null = null
afterEach(() => channel?.close())

function open(url: URL, other: Partial<ChannelPace> = {}) {
  const events: PortalEvent[] = []
  const states: boolean[] = []
  channel = new PortalChannel(
    url,
    http,
    { onEvent: (event) => events.push(event), onConnected: (on) => states.push(on) },
    { ...pace, ...other },
  )
  return { events, states }
}
const notification = (id: number): string =>
  JSON.stringify({ type: 'notification', data: { id: `n-${id}`, title: 't', message: 'm' } })

test('it says only subscribe and ping, and gives what comes as events', async () => {
  await using server = await startMessageServer((socket) => {
    for (const message of ['rubbish', '[1]', notification(1), Buffer.from('binary'), notification(2)])
      socket.send(message)
  })
  const { events } = open(server.url)
  await vi.waitUntil(() => server.received.filter((text) => text.includes('ping')).length > 2, {
    timeout: 30_000,
    message: 'pings',
  })
  expect(events.map((event) => event.type === 'notification' && event.notification.id)).toEqual([
    'n-1',
    'n-2',
  ])
  expect(server.received.slice(0, 2)).toEqual([
    '{"type":"subscribe","channel":"notifications"}',
    '{"type":"subscribe","channel":"storage"}',
  ])
  expect(new Set(server.received.slice(2))).toEqual(new Set(['{"type":"ping"}']))
})

test('a connection that breaks is made again, and subscribes again', async () => {
  await using server = await startMessageServer((socket) => socket.send(notification(0)))
  const { states } = open(server.url)
  for (let round = 1; round <= 3; round++) {
    await vi.waitUntil(() => server.received.filter((text) => text.includes('storage')).length >= round, {
      timeout: 30_000,
      message: 'subscribed',
    })
    server.connections.at(-1)?.terminate()
  }
  await vi.waitUntil(() => server.connections.length === 4, {
    timeout: 30_000,
    message: 'a fourth connection',
  })
  expect(states.slice(0, 6)).toEqual([true, false, true, false, true, false])
})

test('pauses grow while nothing comes: a service that only accepts is not flooded', async () => {
  await using server = await startMessageServer((socket) => socket.close())
  const started = performance.now()
  open(server.url)
  await vi.waitUntil(() => server.connections.length >= 4, { timeout: 30_000, message: 'four tries' })
  // 20 + 40 + 80 ms lie between four tries.
  expect(performance.now() - started).toBeGreaterThan(130)
})

test('a message beyond a megabyte ends the connection, not the client', async () => {
  await using server = await startMessageServer((socket) => {
    socket.send(JSON.stringify({ type: 'notification', data: { title: 'x'.repeat(3 << 20) } }))
  })
  const { events } = open(server.url)
  await vi.waitUntil(() => server.connections.length >= 2, { timeout: 30_000, message: 'another try' })
  expect(events).toEqual([])
})

test('silence for too long counts as dead', async () => {
  await using server = await startMessageServer(() => undefined)
  open(server.url, { silence: 200 })
  await vi.waitUntil(() => server.connections.length >= 2, { timeout: 30_000, message: 'another try' })
})

test('no server there: it keeps trying, and ends when it is closed', async () => {
  const gone = await startMessageServer(() => undefined)
  await gone[Symbol.asyncDispose]()
  const { states } = open(gone.url)
  await new Promise((resolve) => setTimeout(resolve, 300))
  channel?.close()
  expect(states.includes(true)).toBe(false)
})
