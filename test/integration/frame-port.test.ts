/** One suite for the frame port over both of its transports: both ends are the product's own. */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { encodeInput, type InputRecord } from '../../src-main/shared/stream-input.ts'
import {
  encodeMessage,
  flagKeyFrame,
  maximumOutstandingFrames,
  maximumPagePayload,
  messageType,
} from '../../src-main/shared/stream-port.ts'
import { attachMessagePort } from '../../src-main/stream-process/electron-port.ts'
import { FramePort } from '../../src-main/stream-process/frame-port.ts'
import { acceptWebSocket } from '../../src-main/stream-process/web-socket-transport.ts'
import { FramePortClient } from '../../src-renderer/stream/frame-port-client.ts'
import { electronLikePort } from '../support/electron-like-port.ts'

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const configuration = { codec: 'H.264', width: 1280, height: 720, fps: 30 }

interface Ends {
  host: FramePort
  page: FramePortClient
  /** Sends bytes past the page's own code. */
  sendRaw: (bytes: Uint8Array) => void
  hostGone: Promise<void>
  pageGone: Promise<void>
  close: () => Promise<void> | void
}

interface Seen {
  inputs: Uint8Array[]
  keyFrameRequests: number
  messages: unknown[]
}

interface Wire {
  send(message: Uint8Array): void
  close(): void
}

/** Builds both ends around a wire; `connect` returns the page's half of it. */
async function buildEnds(
  seen: Seen,
  connect: (
    attachHost: (transport: ConstructorParameters<typeof FramePort>[0]) => {
      receive(message: Uint8Array): void
      gone(): void
    },
    toPage: (message: Uint8Array) => void,
    pageGone: () => void,
  ) => Promise<{ wire: Wire; close: () => Promise<void> | void }>,
): Promise<Ends> {
  const hostGone = Promise.withResolvers<void>()
  const pageGone = Promise.withResolvers<void>()
  const attached = Promise.withResolvers<FramePort>()
  let page: FramePortClient | null = null
  const early: Uint8Array[] = []
  const { wire, close } = await connect(
    (transport) => {
      const host = new FramePort(transport, {
        onInput: (payload) => seen.inputs.push(payload),
        requestKeyFrame: () => seen.keyFrameRequests++,
      })
      attached.resolve(host)
      return {
        receive: (message) => host.receive(message),
        gone: () => {
          host.dispose('gone')
          hostGone.resolve()
        },
      }
    },
    (message) => (page ? page.receive(message) : early.push(message)),
    () => pageGone.resolve(),
  )
  page = new FramePortClient(
    { send: (message) => wire.send(message), close: () => wire.close() },
    {
      onConfiguration: (value) => seen.messages.push(['configuration', value]),
      onVideo: ({ frameNumber, keyFrame, data }) =>
        seen.messages.push(['video', frameNumber, keyFrame, [...data]]),
      onEvent: (event) => seen.messages.push(['event', event]),
      onRefused: (reason) => seen.messages.push(['refused', reason]),
    },
  )
  for (const message of early) page.receive(message)
  return {
    host: await attached.promise,
    page,
    sendRaw: (bytes) => wire.send(bytes),
    hostGone: hostGone.promise,
    pageGone: pageGone.promise,
    close,
  }
}

const overWebSocket = (seen: Seen): Promise<Ends> =>
  buildEnds(seen, async (attachHost, toPage, pageGone) => {
    const server = createServer()
    server.on('upgrade', (request, socket, head) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
      )
      acceptWebSocket({ headers, head }, socket as Socket, attachHost)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    socket.on('message', (data) => toPage(new Uint8Array(data as Buffer)))
    socket.on('close', pageGone)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return {
      wire: { send: (message) => socket.send(message), close: () => socket.close() },
      close: async () => {
        socket.terminate()
        await new Promise((resolve) => {
          server.close(resolve)
          server.closeAllConnections()
        })
      },
    }
  })

const overMessagePort = (seen: Seen): Promise<Ends> =>
  buildEnds(seen, async (attachHost, toPage, pageGone) => {
    const { port1, port2 } = new MessageChannel()
    attachMessagePort(electronLikePort(port1), attachHost)
    port2.on('message', (data: Uint8Array) => toPage(data))
    port2.on('close', pageGone)
    return {
      wire: { send: (message) => port2.postMessage(message), close: () => port2.close() },
      close: () => port2.close(),
    }
  })

describe.each([
  ['WebSocket', overWebSocket],
  ['MessagePort', overMessagePort],
])('the frame port over a %s', (_name, connect) => {
  let open: Ends | null = null
  afterEach(async () => {
    await open?.close()
    open = null
  })

  async function start(): Promise<Ends & { seen: Seen }> {
    const seen: Seen = { inputs: [], keyFrameRequests: 0, messages: [] }
    open = await connect(seen)
    return { ...open, seen }
  }

  const video = (frameNumber: number, keyFrame = false, payload: Uint8Array = Uint8Array.of(1, 2, 3)) =>
    encodeMessage(messageType.video, payload, { frameNumber, flags: keyFrame ? flagKeyFrame : 0 })

  test('everything for the page arrives in order and whole', async () => {
    const { host, seen } = await start()
    const large = new Uint8Array(300_000).map((_, index) => index % 251)
    host.send(encodeMessage(messageType.configuration, text(configuration)))
    host.send(video(1, true, large))
    host.send(video(2))
    host.send(encodeMessage(messageType.event, text({ type: 'terminated', code: 0 })))
    await expect.poll(() => seen.messages.length, { timeout: 10_000 }).toBe(4)
    expect(seen.messages).toEqual([
      ['configuration', configuration],
      ['video', 1, true, [...large]],
      ['video', 2, false, [1, 2, 3]],
      ['event', { type: 'terminated', code: 0 }],
    ])
  })

  test('input, credits and requests of the page arrive', async () => {
    const { host, page, seen } = await start()
    const records: InputRecord[] = [
      { kind: 'position', x: 640, y: 360, width: 1280, height: 720 },
      { kind: 'button', down: true, button: 1 },
    ]
    const payload = encodeInput(records)
    host.send(video(5, true))
    page.sendInput(payload)
    page.credit(5, 2)
    page.requestKeyFrame()
    await expect.poll(() => seen.keyFrameRequests, { timeout: 10_000 }).toBe(1)
    expect(seen.inputs.map((bytes) => [...bytes])).toEqual([[...payload]])
    expect(host.counters).toEqual({ framesSent: 1, framesDropped: 0, acknowledged: 5, decodeQueue: 2 })
  })

  test('without credits whole frames are dropped, once a key frame is asked for; credits and a key frame continue it', async () => {
    const { host, page, seen } = await start()
    const frames = maximumOutstandingFrames + 5
    for (let number = 1; number <= frames; number++) host.send(video(number, number === 1))
    expect(host.counters).toMatchObject({ framesSent: maximumOutstandingFrames, framesDropped: 5 })
    expect(seen.keyFrameRequests).toBe(1)
    await expect.poll(() => seen.messages.length, { timeout: 10_000 }).toBe(maximumOutstandingFrames)
    page.credit(maximumOutstandingFrames, 0)
    await expect.poll(() => host.counters.acknowledged, { timeout: 10_000 }).toBe(maximumOutstandingFrames)
    host.send(video(50))
    host.send(video(51, true))
    host.send(video(52))
    await expect.poll(() => seen.messages.length, { timeout: 10_000 }).toBe(maximumOutstandingFrames + 2)
    expect(seen.messages.slice(-2)).toEqual([
      ['video', 51, true, [1, 2, 3]],
      ['video', 52, false, [1, 2, 3]],
    ])
  })

  test('before the first key frame nothing is sent', async () => {
    const { host, seen } = await start()
    host.send(video(1))
    host.send(video(2, true))
    await expect.poll(() => seen.messages.length, { timeout: 10_000 }).toBe(1)
    expect(seen.messages).toEqual([['video', 2, true, [1, 2, 3]]])
  })

  test.each<[string, Uint8Array]>([
    ['too short', new Uint8Array(31)],
    ['of another version', encodeMessage(messageType.keyFrameRequest, new Uint8Array()).fill(2, 0, 1)],
    ['with a wrong length', encodeMessage(messageType.input, new Uint8Array(12)).subarray(0, 40)],
    ['of an unknown type', encodeMessage(messageType.video, new Uint8Array(4))],
    ['with malformed input', encodeMessage(messageType.input, new Uint8Array(12).fill(255))],
    ['with a malformed credit', encodeMessage(messageType.credit, new Uint8Array(7))],
    ['with a request that carries something', encodeMessage(messageType.keyFrameRequest, Uint8Array.of(1))],
    ['that is too large', encodeMessage(messageType.input, new Uint8Array(maximumPagePayload + 12))],
  ])('a message %s closes the port, and only the port', async (_what, bytes) => {
    const { host, page, sendRaw, hostGone, pageGone, seen } = await start()
    sendRaw(bytes.slice())
    await hostGone
    await pageGone
    page.requestKeyFrame()
    host.send(video(1, true))
    expect(seen).toMatchObject({ inputs: [], keyFrameRequests: 0 })
    expect(seen.messages).toEqual([])
  })

  test.each<[string, Uint8Array]>([
    ['an unknown codec', encodeMessage(messageType.configuration, text({ ...configuration, codec: 'VP8' }))],
    [
      'a size without bounds',
      encodeMessage(messageType.configuration, text({ ...configuration, width: 1e9 })),
    ],
    ['no JSON', encodeMessage(messageType.event, Uint8Array.of(0xff, 0xfe))],
    ['a message of its own', encodeMessage(messageType.credit, new Uint8Array(8))],
  ])('the page refuses %s and closes', async (_what, bytes) => {
    const { host, seen, hostGone } = await start()
    host.send(bytes)
    await hostGone
    expect(seen.messages).toHaveLength(1)
    expect(seen.messages[0]).toMatchObject(['refused', expect.any(String)])
  })

  test('either end can close', async () => {
    const first = await start()
    first.page.close()
    await first.hostGone
    await first.close()
    const second = await start()
    second.host.dispose('ended')
    await second.pageGone
  })
})
