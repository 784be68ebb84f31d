/** The way to the portal's messages: it comes again with ever longer pauses, and a silent one is left. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import type { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { PortalChannel } from '../../../src-main/protocols/portal/web-socket.ts'

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
  } as unknown as PortalHttp
  const channel = new PortalChannel(url, http, { onEvent: () => undefined, onConnected: () => undefined })
  await vi.advanceTimersByTimeAsync(260_000)
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
  channel.close()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tries.length).toBe(10)
})

test('a connection that stands and says nothing is left after 70 seconds', async () => {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispatcher = new Agent()
  const seen: boolean[] = []
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  const channel = new PortalChannel(
    new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`),
    { dispatcherOf: () => dispatcher } as unknown as PortalHttp,
    { onEvent: () => undefined, onConnected: (connected) => void seen.push(connected) },
  )
  try {
    await vi.waitUntil(() => seen.length === 1)
    vi.advanceTimersByTime(50_000)
    expect(seen).toEqual([true])
    vi.advanceTimersByTime(25_000)
    expect(seen).toEqual([true, false])
  } finally {
    channel.close()
    vi.useRealTimers()
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    server.closeAllConnections()
    server.close()
    await dispatcher.destroy()
  }
})
