/** The stream process, started by the product's process host, with the product's library, on the demo's host. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ChildHandle } from '../../../src-main/ports/process-host.ts'
import type { StreamStart } from '../../../src-main/protocols/native.ts'
import { StreamClient } from '../../../src-main/services/host/stream-client.ts'
import type { Failure } from '../../../src-main/shared/errors.ts'
import type { StreamFacts } from '../../../src-main/shared/model/desktop.ts'
import { encodeInput } from '../../../src-main/shared/stream-input.ts'
import { encodeMessage, messageType } from '../../../src-main/shared/stream-port.ts'
import { createNodePlatform, type NodePlatform } from '../../../src-main/shells/node/index.ts'
import { readShard } from '../../support/depacketizer.ts'
import { failureOf } from '../../support/failure-of.ts'
import { createPictureDecoder, readStrip, type Strip } from './picture.ts'
import { startRunningHost, type RunningHost } from '../../support/running-host.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { attachViewer, type StreamViewer } from './stream-viewer.ts'

let folder: string
let platform: NodePlatform
let running: RunningHost
let child: ChildHandle
let client: StreamClient
let facts: StreamFacts[]
let ends: ({ code: number } | { failure: Failure })[]
const viewers: StreamViewer[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vizlink-stream-process-'))
  platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
  running = await startRunningHost()
})
afterAll(async () => {
  await platform.dispose()
  await running.dispose()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  child = platform.processes.start('stream')
  facts = []
  ends = []
  client = new StreamClient(child, {
    onFacts: (value) => facts.push(value),
    onEnded: (end) => ends.push(end),
  })
})
afterEach(async () => {
  await client.stop()
  for (const viewer of viewers.splice(0)) viewer.close()
  running.host.dropVideo(null)
})

async function view(): Promise<StreamViewer> {
  const viewer = await attachViewer(client)
  viewers.push(viewer)
  return viewer
}
const units = (viewer: StreamViewer, count: number): Promise<unknown> =>
  vi.waitUntil(() => viewer.units.length >= count, { timeout: 30_000, message: `${count} frames` })
/** Decodes everything so far: strips by frame number. A frame that is no picture, or has no strip, throws. */
function strips(viewer: StreamViewer): { frame: number; strip: Strip }[] {
  const decoder = createPictureDecoder()
  try {
    return viewer.units.map(({ frameNumber, data }) => {
      const strip = readStrip(decoder.decode(data))
      if (!strip) throw new Error(`frame ${frameNumber} has no strip`)
      return { frame: frameNumber, strip }
    })
  } finally {
    decoder.close()
  }
}

/** Waits for this many frames in a row: a busy machine may make the port drop some, up to the next key frame. */
async function framesInARow(viewer: StreamViewer, count: number): Promise<void> {
  await vi.waitUntil(
    () => {
      const numbers = viewer.units.map(({ frameNumber }) => frameNumber)
      const last = numbers.at(-1) ?? 0
      return numbers.length >= count && numbers.at(-count) === last - count + 1
    },
    { timeout: 30_000, message: `${count} frames in a row` },
  )
}

/** An RTSP server that does one thing to every connection; `StreamStart` options that lead there. */
async function badRtsp(
  onConnection: Parameters<typeof createServer>[1],
): Promise<{ server: Server; start: StreamStart }> {
  const server = createServer(onConnection)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const start: StreamStart = {
    address: '127.0.0.1',
    appVersion: '7.1.431.-1',
    gfeVersion: '3.23.0.74',
    rtspSessionUrl: `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serverCodecModeSupport: 1,
    width: 640,
    height: 360,
    fps: 30,
    bitrateKbps: 3000,
    packetSize: 1392,
    supportedVideoFormats: 1,
    encryptionFlags: 0,
    remoteInputKey: '00'.repeat(16),
    remoteInputKeyId: 1,
  }
  return { server, start }
}

test('a stream reaches the page: configuration, whole frames, figures, and input the other way', async () => {
  const refused = running.host.statistics.refused
  expect(await client.start(await running.launch())).toEqual({
    codec: 'H.264',
    width: 640,
    height: 360,
    fps: 30,
  })
  const viewer = await view()
  await framesInARow(viewer, 20)
  expect(viewer.configurations[0]).toMatchObject({ codec: 'H.264', width: 640, height: 360 })
  expect(viewer.units[0]?.keyFrame).toBe(true)
  const seen = strips(viewer)
  const [first] = seen
  if (!first) throw new Error('there are frames')
  // The counter in the picture goes with the number of the frame.
  const offset = first.strip.counter - first.frame
  expect(seen.map(({ strip }) => strip.counter)).toEqual(seen.map(({ frame }) => frame + offset))

  viewer.page.sendInput(
    encodeInput([
      { kind: 'position', x: 320, y: 180, width: 640, height: 360 },
      { kind: 'button', down: true, button: 1 },
      { kind: 'button', down: false, button: 1 },
      { kind: 'key', down: true, code: 0x41, modifiers: 0 },
      { kind: 'key', down: false, code: 0x41, modifiers: 0 },
    ]),
  )
  await vi.waitUntil(
    () => {
      const last = strips(viewer).at(-1)?.strip
      return last?.buttons === first.strip.buttons + 1 && last.keys === first.strip.keys + 1
    },
    { timeout: 30_000, message: 'the echo' },
  )
  const figures = await vi.waitUntil(() => facts.at(-1), { timeout: 30_000, message: 'figures' })
  expect(figures).toMatchObject({ codec: 'H.264', width: 640, height: 360 })
  expect(figures.framesReceived).toBeGreaterThan(0)
  // Everything that the library says is understood.
  expect(running.host.statistics.refused).toBe(refused)
  expect(ends).toEqual([])
})

test('lost data shards are rebuilt: no frame is missing, and the host hears of it', async () => {
  const before = running.host.statistics.fecReports
  let lost = 0
  // Both parity shards that a small frame has are needed.
  running.host.dropVideo((datagram) => {
    const { index, dataCount } = readShard(datagram)
    const drop = index < Math.min(2, dataCount)
    if (drop) lost++
    return drop
  })
  await client.start(await running.launch())
  const viewer = await view()
  await framesInARow(viewer, 20)
  expect(lost).toBeGreaterThan(20)
  expect(strips(viewer).length).toBeGreaterThanOrEqual(20)
  expect(running.host.statistics.fecReports).toBeGreaterThan(before)
})

describe('the page', () => {
  beforeEach(async () => {
    await client.start(await running.launch())
  })

  test('is replaced by another one, which begins with a key frame', async () => {
    const first = await view()
    await units(first, 2)
    const second = await view()
    expect(await first.closed).toEqual({ code: 1008, reason: 'replaced' })
    await units(second, 2)
    expect(second.units[0]?.keyFrame).toBe(true)
  })

  test.each<[string, Uint8Array | string, number]>([
    ['text', 'hello', 1003],
    ['a truncated header', new Uint8Array(10), 1008],
    ['malformed input', encodeMessage(messageType.input, new Uint8Array(13)), 1008],
    ['a frame of its own', encodeMessage(messageType.video, new Uint8Array(4)), 1008],
    ['more than fits', new Uint8Array(1 << 20), 1009],
  ])('that sends %s loses its port; the stream continues', async (_what, bytes, code) => {
    const viewer = await view()
    await units(viewer, 1)
    viewer.sendRaw(bytes)
    expect(await viewer.closed).toMatchObject({ code })
    const next = await view()
    await units(next, 2)
    expect(ends).toEqual([])
  })

  test('may leave at any moment', async () => {
    for (let times = 0; times < 5; times++) (await view()).close()
    const last = await view()
    await units(last, 2)
  })
})

describe('the end', () => {
  test('asked for: the process is gone, and nothing is said about it', async () => {
    await client.start(await running.launch())
    const viewer = await view()
    await units(viewer, 2)
    await client.stop()
    expect(await child.exited).toMatchObject({ code: 0, signal: null })
    await viewer.closed
    expect(ends).toEqual([])
    expect(client.attachSocket({ headers: {}, head: Buffer.alloc(0) }, null as never)).toBe(false)
  })

  test('a killed process is named as such', async () => {
    await client.start(await running.launch())
    process.kill(child.pid, 'SIGKILL')
    await vi.waitUntil(() => ends.length > 0, { timeout: 30_000, message: 'the end is reported' })
    expect(ends).toMatchObject([{ failure: { kind: 'stream-process-died' } }])
    await client.stop()
    expect(ends).toHaveLength(1)
  })

  test('a process killed while it connects', async () => {
    const accepted = Promise.withResolvers<void>()
    const { server, start } = await badRtsp(() => accepted.resolve())
    const starting = failureOf(client.start(start))
    await accepted.promise
    process.kill(child.pid, 'SIGKILL')
    expect(await starting).toMatchObject({ kind: 'stream-process-died' })
    server.close()
  })

  test('a process that died before it was asked to connect', async () => {
    process.kill(child.pid, 'SIGKILL')
    await child.exited
    expect(await failureOf(client.start(await running.launch()))).toMatchObject({
      kind: 'stream-process-died',
    })
  })

  test('a host that refuses the handshake', async () => {
    const { server, start } = await badRtsp((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end('RTSP/1.0 503 SERVICE UNAVAILABLE\r\nCSeq: 1\r\n\r\n'))
    })
    expect(await failureOf(client.start(start))).toMatchObject({
      kind: 'launch-refused',
      evidence: [
        { label: 'stage', value: 'RTSP handshake' },
        { label: 'code', value: '503' },
      ],
    })
    server.close()
  })

  test('a host that ends', async () => {
    await client.start(await running.launch())
    const viewer = await view()
    await units(viewer, 2)
    await running.dispose()
    await vi.waitUntil(() => ends.length > 0, { timeout: 30_000, message: 'the end is reported' })
    expect(ends).toEqual([{ code: 0 }])
    await expect
      .poll(() => viewer.events, { timeout: 10_000 })
      .toContainEqual({ type: 'terminated', code: 0 })
    running = await startRunningHost()
  })
})
