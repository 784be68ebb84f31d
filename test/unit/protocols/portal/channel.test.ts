/** The way to the portal's messages: it comes again with ever longer pauses, and a silent one is left. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { PortalChannel } from '../../../../src-main/protocols/portal/web-socket.ts'

afterEach(() => vi.useRealTimers())

const url = new URL('ws://portal.example/ws')

test('a portal that is gone is tried after 1, 2, 4 … seconds, after a minute at most, and not after the end', async () => {
  vi.useFakeTimers()
  const tries: number[] = []
  const began = Date.now()
  const http = {
    dispatcherOf(): never {
      tries.push((Date.now() - began) / 1000)
      throw new Error('no way')
    },
  }
  const channel = new PortalChannel(url, http, { onEvent: () => undefined, onConnected: () => undefined })
  await vi.advanceTimersByTimeAsync(260_000)
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
  channel.close()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tries.length).toBe(10)
})

/** A portal that takes connections and says nothing, and a channel to it whose clock the test moves. */
async function silentPortal(onConnected: (connected: boolean, channel: PortalChannel) => void) {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispatcher = new Agent()
  const portal = { asked: 0, connected: false }
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  })
  const http = { dispatcherOf: async () => (portal.asked++, dispatcher) }
  const channel: PortalChannel = new PortalChannel(
    new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`),
    http,
    {
      onEvent: () => undefined,
      onConnected: (connected) => {
        portal.connected = connected
        onConnected(connected, channel)
      },
    },
  )
  onTestFinished(async () => {
    channel.close()
    vi.useRealTimers()
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    server.closeAllConnections()
    server.close()
    await dispatcher.destroy()
  })
  await vi.waitUntil(() => portal.connected)
  return portal
}

test('a connection that is open and says nothing is left after 70 seconds, and made again', async () => {
  const portal = await silentPortal(() => undefined)
  vi.advanceTimersByTime(50_000)
  expect(portal).toEqual({ asked: 1, connected: true })
  vi.advanceTimersByTime(25_000)
  expect(portal).toEqual({ asked: 1, connected: false })
  vi.advanceTimersByTime(1000)
  expect(portal.asked).toBe(2)
})

test('who closes the channel when it hears that it is lost has no other one made', async () => {
  const portal = await silentPortal((connected, channel) => {
    if (!connected) channel.close()
  })
  vi.advanceTimersByTime(600_000)
  expect(portal).toEqual({ asked: 1, connected: false })
})

test('one that is closed before its way is there opens nothing', async () => {
  const server = createServer()
  let connections = 0
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispatcher = new Agent()
  const way = Promise.withResolvers<Agent>()
  const channel = new PortalChannel(
    new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`),
    { dispatcherOf: () => way.promise },
    { onEvent: () => undefined, onConnected: () => undefined },
  )
  channel.close()
  way.resolve(dispatcher)
  // A connection of our own comes after one that the channel would have made.
  await new Promise((resolve) => setImmediate(resolve))
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    signal: AbortSignal.timeout(200),
  }).catch(() => undefined)
  expect(connections).toBe(1)
  server.closeAllConnections()
  server.close()
  await dispatcher.destroy()
})
